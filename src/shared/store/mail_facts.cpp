#include "shared/store/mail_facts.hpp"

namespace voltlane::store {
namespace {

#define MAIL_ACCOUNT                                                                                         \
    "a.id, a.username, a.email, a.first_name, a.last_name, a.is_active, a.email_verified, a.is_approved, "   \
    "a.refused_at is not null, a.refusal_reason "

constexpr pg::statement by_id{"mail_facts.by_id", "select " MAIL_ACCOUNT "from accounts a where a.id = $1"};
constexpr pg::statement by_request{
    "mail_facts.by_request", "select " MAIL_ACCOUNT "from reset_requests r "
                             "join accounts a on fold_name(a.email) = fold_name(r.email) where r.id = $1"};
constexpr pg::statement invitation{
    "mail_facts.invitation",
    "select " MAIL_ACCOUNT ", i.id, i.email, t.name, i.expires_at, "
    "i.accepted_at is null and i.revoked_at is null and i.expires_at > now() "
    "from invitations i join accounts a on a.id = i.invited_by join tenants t on t.id = i.tenant_id "
    "where i.id = $1"};
constexpr int account_columns = 10;

mail_account read(const pg::row& r) {
    mail_account a;
    a.id = pg::get<account_id>(r[0]);
    a.username = pg::get<std::string>(r[1]);
    a.email = pg::get<std::string>(r[2]);
    a.first_name = pg::get<std::string>(r[3]);
    a.last_name = pg::get<std::string>(r[4]);
    a.is_active = pg::get<bool>(r[5]);
    a.email_verified = pg::get<bool>(r[6]);
    a.is_approved = pg::get<bool>(r[7]);
    a.is_refused = pg::get<bool>(r[8]);
    a.refusal_reason = pg::get<std::string>(r[9]);
    return a;
}

std::optional<mail_account> first(const pg::rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

} // namespace

std::optional<mail_account> find_mail_account(pg::transaction& t, account_id id) {
    return first(t.exec(by_id, {id}));
}

std::optional<mail_account> find_mail_account_by_request(pg::transaction& t, std::int64_t request) {
    return first(t.exec(by_request, {request}));
}

std::optional<mail_invitation> find_mail_invitation(pg::transaction& t, std::int64_t id) {
    const auto rows = t.exec(invitation, {id});
    if (rows.empty()) return std::nullopt;
    const auto r = rows[0];
    mail_invitation i;
    i.inviter = read(r);
    i.id = pg::get<std::int64_t>(r[account_columns]);
    i.email = pg::get<std::string>(r[account_columns + 1]);
    i.tenant_name = pg::get<std::string>(r[account_columns + 2]);
    i.expires_at = pg::get<timestamp>(r[account_columns + 3]);
    i.is_open = pg::get<bool>(r[account_columns + 4]);
    return i;
}

} // namespace voltlane::store
