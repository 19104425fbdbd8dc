#pragma once

#include "shared/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

// What every answer has in common (rest-contract "Conventions").
namespace voltlane::api {

// The client's own X-Request-Id where it is harmless (1 to 64 letters, digits, `.`, `_`, `-`), else a random
// one.
std::string request_id_of(const http::request& r);

// 415: a body that is neither JSON nor without a type. Empty bodies pass.
bool acceptable_content(const http::request& r);

// CORS: the one configured origin may call every path; no other. Adds Vary always where an origin is
// configured.
class cors {
public:
    explicit cors(std::string origin) : origin_(std::move(origin)) {}
    bool allowed(const http::request& r) const;
    bool preflight(const http::request& r) const; // OPTIONS with Access-Control-Request-Method
    http::response answer_preflight(const http::request& r, const std::vector<std::string>& methods) const;
    void decorate(const http::request& r, http::response& answer) const;

private:
    std::string origin_;
};

// /api/auth/{login,logout,refresh,token/refresh,profile}: answers that are not 2xx carry `success` and
// `message`, a 400 its fields again under `errors`. Leaves members alone that the handler set itself.
bool is_success_path(std::string_view path);
void add_success_members(http::response& answer);

// Whom a bound per client counts: the socket's other end, or, where that is a machine of the own network (the
// front proxy), the last address of X-Forwarded-For, which that machine wrote. Never for rights.
std::string client_address(const http::request& r);

// Scheme and host as the client used them: X-Forwarded-Proto and -Host of the front proxy, else the Host
// header.
std::string base_url(const http::request& r);

} // namespace voltlane::api
