# voltlane_npm(target FOLDER folder): the packages of a folder's package-lock.json, installed below the build folder when
# the lock file changes. Sets <target>_DIR (holds node_modules) and <target>_STAMP, which what uses them depends on.
find_program(VOLTLANE_NPM npm REQUIRED)
find_program(VOLTLANE_NODE node REQUIRED)

function(voltlane_npm target)
    cmake_parse_arguments(arg "" "FOLDER" "" ${ARGN})
    set(folder ${CMAKE_BINARY_DIR}/npm/${target})
    set(stamp ${folder}/.installed)
    set(wanted ${arg_FOLDER}/package.json ${arg_FOLDER}/package-lock.json ${arg_FOLDER}/.npmrc)
    add_custom_command(
        OUTPUT ${stamp}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${CMAKE_COMMAND} -E copy ${wanted} ${folder}
        COMMAND ${CMAKE_COMMAND} -E chdir ${folder} ${VOLTLANE_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${wanted}
        COMMENT "Installing the npm packages of ${target}"
        VERBATIM)
    set(${target}_DIR ${folder} PARENT_SCOPE)
    set(${target}_STAMP ${stamp} PARENT_SCOPE)
endfunction()
