#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/mailed_link.hpp"
#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "api/routes/account_making.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/members/invitations/ (super_admin): ask an e-mail to become a member, list, take back. And
// /api/auth/invitations/accept/: the guest becomes one, with the link's token and either its own access token
// or the fields of a new account.
class invitation_routes {
public:
    // How long an invitation may be accepted; asking again starts anew.
    static constexpr std::chrono::hours life{7 * 24};
    // Open ones of a tenant; more are refused with 400, since each is a mail to somebody who did not ask for
    // it.
    static constexpr std::int64_t most_open = 1'000;
    // Mails of a tenant's invitations within 24 hours, of those taken back too; more are refused with 400.
    static constexpr std::int64_t most_mails_a_day = 200;

    invitation_routes(pg::pool& database, account_maker m, authenticator& a, revocations& r, const clock& c)
        : database_(database)
        , maker_(m)
        , authenticator_(a)
        , revocations_(r)
        , clock_(c) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> invite(http::request& r, call& c);
    async::awaitable<http::response> revoke(http::request& r, call& c);
    async::awaitable<http::response> accept(http::request& r, call& c);
    async::awaitable<http::response> accept_as(account_id account, mailed_link link,
                                               async::steady_point deadline);
    async::awaitable<http::response> accept_anew(mailed_link link, call& c);
    void revoke_all(const std::vector<store::revoked_session>& sessions);

    pg::pool& database_;
    account_maker maker_;
    authenticator& authenticator_;
    revocations& revocations_;
    const clock& clock_;
};

} // namespace voltlane::api
