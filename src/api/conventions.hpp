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

// CORS: the configured origins may call every path; no other. Adds Vary always where an origin is configured.
class cors {
public:
    // "https://dash.example", or several, comma separated; empty: none.
    explicit cors(std::string_view origins);
    // Empty, or what is wrong with a list, for people.
    static std::string check(std::string_view origins);

    bool allowed(const http::request& r) const;
    bool preflight(const http::request& r) const; // OPTIONS with Access-Control-Request-Method
    http::response answer_preflight(const http::request& r, const std::vector<std::string>& methods) const;
    void decorate(const http::request& r, http::response& answer) const;

private:
    std::vector<std::string> origins_;
};

// What browsers are told for everybody's safety; a field that the handler has set stays.
void secure(const http::request& r, http::response& answer);

// /api/auth/{login,logout,refresh,token/refresh,profile}: answers that are not 2xx carry `success` and
// `message`, a 400 its fields again under `errors`. Leaves members alone that the handler set itself.
bool is_success_path(std::string_view path);
void add_success_members(http::response& answer);

// Scheme and host as the client used them: what a trusted proxy said (trusted_proxies::settle came before),
// else plain HTTP and the Host header.
bool is_secure(const http::request& r);
std::string base_url(const http::request& r);

} // namespace voltlane::api
