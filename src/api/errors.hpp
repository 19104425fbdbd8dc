#pragma once

#include "shared/base/errors.hpp"
#include "shared/http/message.hpp"

#include <chrono>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// A 400's body: messages by field, `non_field_errors` for the rest.
using field_messages = std::map<std::string, std::vector<std::string>, std::less<>>;
inline constexpr std::string_view non_field = "non_field_errors";

// The one table from errc to HTTP status.
unsigned status_of(errc e) noexcept;

http::response json_response(unsigned status, std::string body);
// {"detail": ...} with that status.
http::response detail_response(unsigned status, std::string_view detail);

http::response invalid(const field_messages& fields);
http::response invalid(std::string_view field, std::string_view message);
http::response no_credentials();
http::response bad_token();
http::response revoked_token();
http::response forbidden();
http::response not_found();
http::response method_not_allowed(std::string_view method, const std::vector<std::string>& allowed);
http::response throttled(std::chrono::seconds wait);
http::response unavailable(std::string_view detail);
http::response internal_error(std::string_view request_id);
// The body for an expected failure, by the table.
http::response failed(errc e);
// For what a handler threw: database or broker away, an overloaded pool, a bug (logged with the request's
// id).
http::response failed(std::exception_ptr thrown, std::string_view request_id);

} // namespace voltlane::api
