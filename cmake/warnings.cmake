# One interface target with the warnings and sanitizers that all of our code is built with.
set(VOLTLANE_SANITIZE "" CACHE STRING "Value for -fsanitize, empty for none")
option(VOLTLANE_FUZZ "Build the libFuzzer targets" OFF)

add_library(voltlane_options INTERFACE)
target_compile_options(voltlane_options INTERFACE
    -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
    -Werror=switch-enum -Werror=return-type -Wno-missing-field-initializers
    -fcolor-diagnostics)

if(VOLTLANE_SANITIZE)
    # Global, since Boost's separately compiled parts must be instrumented alike.
    add_compile_options(-fsanitize=${VOLTLANE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    string(REPLACE ",fuzzer-no-link" "" VOLTLANE_LINK_SANITIZE "${VOLTLANE_SANITIZE}")
    add_link_options(-fsanitize=${VOLTLANE_LINK_SANITIZE})
endif()
