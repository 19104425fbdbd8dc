# Every library that is not ours, one interface target each, so that a folder's link line says what it may use.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS system json url)
find_package(PkgConfig REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(jwt REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-cpp)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)

# Asio and Beast are compiled once: a translation unit that uses Beast takes 13 s otherwise. The definitions must be the
# same everywhere, hence PUBLIC. The recycling cache of 8 keeps coroutine frames off malloc on the call path.
add_library(voltlane_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/boost/asio.cpp ${CMAKE_SOURCE_DIR}/cmake/boost/beast.cpp)
target_link_libraries(voltlane_asio PUBLIC Boost::headers Boost::system Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
target_compile_definitions(voltlane_asio PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8 BOOST_BEAST_USE_STD_STRING_VIEW)
add_library(third_party::asio ALIAS voltlane_asio)

function(voltlane_third_party name)
    add_library(third_party_${name} INTERFACE)
    target_link_libraries(third_party_${name} INTERFACE ${ARGN})
    add_library(third_party::${name} ALIAS third_party_${name})
endfunction()

voltlane_third_party(json Boost::headers Boost::system Boost::json)
voltlane_third_party(url Boost::url)
voltlane_third_party(log spdlog::spdlog fmt::fmt)
voltlane_third_party(cli CLI11::CLI11)
voltlane_third_party(metrics prometheus-cpp::core)
voltlane_third_party(kafka PkgConfig::rdkafka)
voltlane_third_party(pqxx PkgConfig::pqxx)
voltlane_third_party(sodium PkgConfig::sodium)
voltlane_third_party(jwt PkgConfig::jwt)
voltlane_third_party(xxhash PkgConfig::xxhash)
voltlane_third_party(yaml PkgConfig::yaml)
voltlane_third_party(curl CURL::libcurl)
