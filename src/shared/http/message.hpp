#pragma once

#include "shared/async/types.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voltlane::http {

class body_stream;

using field_list = std::vector<std::pair<std::string, std::string>>;

// One request, read whole. Names of header fields are in lower case.
struct request {
    std::string method; // as sent: "GET", "PROPFIND"
    std::string target; // as sent
    std::string path;  // the target without its query, still percent-encoded, with a leading slash; or "*" of
                       // OPTIONS *
    std::string query; // without '?', still encoded
    field_list headers;
    std::string body;
    std::string peer;                    // address of the other end of the socket, without port
    std::vector<std::string> parameters; // what the pattern's <names> matched, percent-decoded, in order
    std::size_t shard = 0;               // index of the shard that serves it

    // First header of that name (lower case); empty where absent.
    std::string_view header(std::string_view name) const noexcept;
    // First query parameter of that name, decoded ('+' is a blank); nullopt where absent or not decodable.
    std::optional<std::string> parameter(std::string_view name) const;
    bool has_query(std::string_view name) const { return parameter(name).has_value(); }
};

struct response {
    // Writes the body piece by piece until it returns; the session sends it chunked. The stream lives as long
    // as the call.
    using stream_function = std::function<async::awaitable<void>(body_stream&)>;

    unsigned status = 200;
    std::string content_type = "application/json"; // empty: none
    field_list headers;
    std::string body;
    stream_function stream; // set: `body` counts for nothing
    bool close = false;     // the connection ends after it

    bool has(std::string_view name) const noexcept; // a field of that name (any case)
    // Field of that name, in any case; empty where absent.
    std::string_view header(std::string_view name) const noexcept;
    void set(std::string name, std::string value); // replaces a field of the same name (case as given)
};

std::string_view reason_phrase(unsigned status) noexcept;

} // namespace voltlane::http
