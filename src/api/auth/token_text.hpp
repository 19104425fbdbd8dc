#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::api {

// The two JSON parts of a signed token as they are written, nothing verified.
struct token_text {
    boost::json::object header;
    boost::json::object body;
};

// nullopt: not three parts of canonical base64url, of which the first two are JSON objects that name no
// member twice. What libjwt makes is always so; a text that two readers might read in two ways is no token.
std::optional<token_text> split_token(std::string_view token);

} // namespace voltlane::api
