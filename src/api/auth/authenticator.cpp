#include "api/auth/authenticator.hpp"

#include "api/errors.hpp"
#include "shared/base/text.hpp"

namespace voltlane::api {
namespace {

constexpr std::string_view scheme = "Bearer";

identity identity_of(const store::caller_row& row, const claims& c) {
    return {row.caller, row.username, row.user_type, c.session, c.expires_at};
}

} // namespace

std::optional<store::caller_row> authenticator::look_up(const claims& c) {
    const std::lock_guard lock(mutex_);
    const auto found = callers_.find(c.session);
    if (found == callers_.end() || found->second.until < clock_.steady_now() ||
        found->second.account != c.account)
        return std::nullopt;
    return found->second.row;
}

async::awaitable<std::optional<store::caller_row>> authenticator::find(claims c,
                                                                       async::steady_point deadline) {
    if (!revocations_.stale()) {
        if (auto row = look_up(c)) co_return row;
    }
    auto query = [c](pg::transaction& t) {
        return store::find_caller(t, c.account, c.session);
    };
    auto row = co_await database_.read(std::move(query), deadline);
    if (row) {
        const std::lock_guard lock(mutex_);
        if (callers_.size() >= most_callers) callers_.clear();
        callers_[c.session] = {*row, c.account, clock_.steady_now() + keep_callers};
    }
    co_return row;
}

async::awaitable<std::variant<identity, http::response>>
authenticator::authenticate(const http::request& r, async::steady_point deadline) {
    const auto header = trim(r.header("authorization"));
    const auto blank = header.find(' ');
    if (!iequals(header.substr(0, blank), scheme)) co_return no_credentials();
    if (blank == std::string_view::npos) co_return bad_token();
    const auto claimed = tokens_.read(trim(header.substr(blank)), token_kind::access);
    if (!claimed) co_return bad_token();
    if (revocations_.is_revoked(claimed->session)) co_return revoked_token();
    const auto row = co_await find(*claimed, deadline);
    if (!row) co_return bad_token();
    if (row->session_revoked) co_return revoked_token();
    if (!row->may_login) {
        co_return json_response(401, R"({"detail":"User is inactive","code":"user_inactive"})");
    }
    activity_.note(claimed->session);
    co_return identity_of(*row, *claimed);
}

async::awaitable<std::optional<identity>> authenticator::check(claims c, async::steady_point deadline) {
    if (revocations_.is_revoked(c.session)) co_return std::nullopt;
    const auto row = co_await find(c, deadline);
    if (!row || row->session_revoked || !row->may_login) co_return std::nullopt;
    co_return identity_of(*row, c);
}

} // namespace voltlane::api
