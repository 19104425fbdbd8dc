# Folders are libraries: the link line of each repeats who may include whom (docs/architecture.md).

# Applies our options; targets that reach Asio share one precompiled header.
function(voltlane_finish target)
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_link_libraries(${target} PRIVATE voltlane_options)
    target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
endfunction()

add_library(voltlane_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(voltlane_pch PUBLIC third_party::asio third_party::json third_party::log)
target_precompile_headers(voltlane_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_asio.hpp)
voltlane_finish(voltlane_pch)

# voltlane_library(name FOLDER folder [ASIO] LINKS targets...): every .cpp below the folder except main.cpp.
function(voltlane_library name)
    cmake_parse_arguments(arg "ASIO" "FOLDER" "LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    if(sources)
        add_library(voltlane_${name} STATIC ${sources})
        target_include_directories(voltlane_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(voltlane_${name} PUBLIC ${arg_LINKS})
        voltlane_finish(voltlane_${name})
        if(arg_ASIO)
            target_link_libraries(voltlane_${name} PUBLIC third_party::asio third_party::json third_party::log)
            target_precompile_headers(voltlane_${name} REUSE_FROM voltlane_pch)
        endif()
    else()
        add_library(voltlane_${name} INTERFACE)
        target_include_directories(voltlane_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(voltlane_${name} INTERFACE ${arg_LINKS})
    endif()
    add_library(voltlane::${name} ALIAS voltlane_${name})
endfunction()

# voltlane_program(name FOLDER folder LIBRARY lib): a thin main.cpp over its library.
function(voltlane_program name)
    cmake_parse_arguments(arg "" "FOLDER;LIBRARY" "" ${ARGN})
    if(EXISTS ${arg_FOLDER}/main.cpp)
        add_executable(${name} ${arg_FOLDER}/main.cpp)
        target_link_libraries(${name} PRIVATE ${arg_LIBRARY})
        voltlane_finish(${name})
    endif()
endfunction()

# Tests share one precompiled header, which holds Asio: a pure library's own link line stays what it was.
if(VOLTLANE_TESTS)
    find_package(GTest REQUIRED)
    add_library(voltlane_test_headers INTERFACE)
    target_link_libraries(voltlane_test_headers INTERFACE third_party::asio third_party::json third_party::log
                          GTest::gtest GTest::gmock)
    add_library(voltlane_test_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
    target_link_libraries(voltlane_test_pch PRIVATE voltlane_test_headers)
    target_precompile_headers(voltlane_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_tests.hpp)
    voltlane_finish(voltlane_test_pch)
endif()

# voltlane_tests(name FOLDER folder LINKS targets...): *_test.cpp of a folder become the executable test_<name>.
function(voltlane_tests name)
    cmake_parse_arguments(arg "" "FOLDER;LABEL" "LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(test_${name} ${sources})
    target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(test_${name} PRIVATE ${arg_LINKS} voltlane_test_headers GTest::gtest_main)
    target_precompile_headers(test_${name} REUSE_FROM voltlane_test_pch)
    voltlane_finish(test_${name})
    gtest_discover_tests(test_${name} TEST_PREFIX ${arg_LABEL}. PROPERTIES LABELS ${arg_LABEL} DISCOVERY_TIMEOUT 60
                         DISCOVERY_MODE PRE_TEST)
endfunction()
