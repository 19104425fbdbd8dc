#pragma once

#include "shared/http/message.hpp"

#include <string>

namespace voltlane::api {

// What a login session keeps of the request's User-Agent: valid UTF-8 (a header may hold any bytes, a column
// of text may not), at most 300 characters; empty where none was sent.
std::string kept_user_agent(const http::request& r);

} // namespace voltlane::api
