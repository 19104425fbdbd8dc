#pragma once

#include "api/auth/mailed_link.hpp"
#include "api/call.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// GET and POST /api/auth/verify-email/<uid>/<token>/ and POST /api/auth/verify-email/ (the mail's link), and
// POST /api/auth/verify-email/resend/ (another mail).
class email_verification_routes {
public:
    explicit email_verification_routes(pg::pool& database) : database_(database) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> verify(std::optional<mailed_link> link, bool only_look, call& c);
    async::awaitable<http::response> follow_link(http::request& r, call& c);
    async::awaitable<http::response> post_link(http::request& r, call& c);
    async::awaitable<http::response> resend(http::request& r, call& c);

    pg::pool& database_;
};

// Uses up the token and does what follows from a verified e-mail: a CUSTOMER's tenant is founded, a
// CUSTOMER_USER's parent is asked, or it joins where it was asked before. False: no such token (any more).
bool verify_email(pg::transaction& t, const mailed_link& link);

} // namespace voltlane::api
