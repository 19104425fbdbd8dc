#pragma once

#include <span>
#include <string_view>

namespace voltlane::api {

// A file that the program carries: the API's description and what renders it (web/api-docs/build.mjs).
struct embedded_file {
    std::string_view name; // "swagger-ui.css"
    std::string_view content_type;
    std::string_view hash; // of the content: 16 hex digits
    std::string_view content;
};

// All of them; they live as long as the process. Defined in a source that the build makes.
std::span<const embedded_file> embedded_files() noexcept;

} // namespace voltlane::api
