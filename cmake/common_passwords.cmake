# voltlane_common_passwords(library): compiles the list of common passwords into it (tools/passwords).
include(npm)

function(voltlane_common_passwords library)
    set(from ${CMAKE_SOURCE_DIR}/tools/passwords)
    set(list ${CMAKE_BINARY_DIR}/common_passwords.cpp)
    voltlane_npm(passwords FOLDER ${from})
    add_custom_command(
        OUTPUT ${list}
        COMMAND ${VOLTLANE_NODE} ${from}/write_list.mjs ${passwords_DIR} ${list}
        DEPENDS ${passwords_STAMP} ${from}/write_list.mjs
        COMMENT "Writing the list of common passwords"
        VERBATIM)
    target_sources(${library} PRIVATE ${list})
endfunction()
