#include "shared/store/invitations.hpp"

#include "shared/store/notifications.hpp"
#include "shared/store/one_time_tokens.hpp"

namespace voltlane::store {
namespace {

#define OPEN "i.accepted_at is null and i.revoked_at is null"
#define INVITATION_COLUMNS "i.id, i.email, coalesce(b.username, ''), i.created_at, i.expires_at"

constexpr pg::statement count_others{"invitations.count_others",
                                     "select count(*) from invitations i where i.tenant_id = $1 and " OPEN
                                     " and lower(i.email) <> lower($2)"};
constexpr pg::statement count_mails{"invitations.count_mails",
                                    "select coalesce(sum(mails), 0)::bigint from invitations "
                                    "where tenant_id = $1 and mailed_at > now() - interval '1 day'"};
constexpr pg::statement insert{
    "invitations.insert",
    "insert into invitations (tenant_id, email, invited_by, expires_at) values ($1, $2, $3, $4) "
    "on conflict (tenant_id, lower(email)) where accepted_at is null and revoked_at is null "
    "do update set invited_by = excluded.invited_by, expires_at = excluded.expires_at, mailed_at = now(), "
    "mails = case when invitations.mailed_at > now() - interval '1 day' then invitations.mails + 1 else 1 "
    "end "
    "returning id, email, (select username from accounts where id = $3), created_at, expires_at, xmax = 0"};
constexpr pg::statement list{
    "invitations.list",
    "with p as (select * from invitations i where i.tenant_id = $1 and " OPEN
    " order by i.id limit $2 offset $3), "
    "n as (select count(*) as n from invitations i where i.tenant_id = $1 and " OPEN
    ") select n.n, " INVITATION_COLUMNS
    " from n left join (p i left join accounts b on b.id = i.invited_by) on true order by i.id"};
constexpr pg::statement revoke{"invitations.revoke", "update invitations i set revoked_at = now() "
                                                     "where i.tenant_id = $1 and i.id = $2 and " OPEN};
constexpr pg::statement revoke_of{"invitations.revoke_of",
                                  "update invitations i set revoked_at = now() "
                                  "where i.tenant_id = $1 and i.invited_by = $2 and " OPEN};
#define OPEN_SELECT                                                                                          \
    "select i.tenant_id, n.founder, i.email from invitations i join tenants n on n.id = i.tenant_id "        \
    "where i.id = $1 and " OPEN " and i.expires_at > now() and exists (select from accounts b "              \
    "where b.id = i.invited_by and b.tenant_id = i.tenant_id and b.role = 'super_admin' and b.is_active "    \
    "and (b.expires_at is null or b.expires_at > now())) "
constexpr pg::statement look{"invitations.look", OPEN_SELECT
                             "and exists (select from one_time_tokens t where t.token_hash = $2 and "
                             "t.purpose = 'invitation' and t.invitation_id = i.id and t.used_at is null and "
                             "t.expires_at > now())"};
constexpr pg::statement lock{"invitations.lock", OPEN_SELECT "for update of i"};
constexpr pg::statement close{"invitations.close",
                              "update invitations set accepted_at = now(), accepted_by = $2 where id = $1"};

invitation read(const pg::row& r, int i) {
    return {pg::get<std::int64_t>(r[i]), pg::get<std::string>(r[i + 1]), pg::get<std::string>(r[i + 2]),
            pg::get<timestamp>(r[i + 3]), pg::get<timestamp>(r[i + 4])};
}

std::optional<open_invitation> read_open(const pg::rows& rows, std::int64_t id) {
    if (rows.empty()) return std::nullopt;
    const auto& r = rows[0];
    return open_invitation{id, pg::get<tenant_id>(r[0]), pg::opt<account_id>(r[1]),
                           pg::get<std::string>(r[2])};
}

} // namespace

std::int64_t count_other_invitations(pg::transaction& t, tenant_id tenant, std::string_view email) {
    return pg::get<std::int64_t>(t.exec(count_others, {tenant, email})[0][0]);
}

std::int64_t count_invitation_mails(pg::transaction& t, tenant_id tenant) {
    return pg::get<std::int64_t>(t.exec(count_mails, {tenant})[0][0]);
}

invited invite(pg::transaction& t, tenant_id tenant, std::string_view email, account_id by,
               timestamp expires_at) {
    const auto rows = t.exec(insert, {tenant, email, by, expires_at});
    invited made{read(rows[0], 0), pg::get<bool>(rows[0][5])};
    queue_mail(t, events::notification::invitation, tenant, std::nullopt, {{"invitation", made.row.id}});
    return made;
}

invitation_page list_invitations(pg::transaction& t, tenant_id tenant, std::int64_t limit,
                                 std::int64_t offset) {
    invitation_page page;
    for (const auto& r : t.exec(list, {tenant, limit, offset})) {
        page.count = pg::get<std::int64_t>(r[0]);
        if (!r[1].is_null()) page.rows.push_back(read(r, 1));
    }
    return page;
}

bool revoke_invitation(pg::transaction& t, tenant_id tenant, std::int64_t id) {
    return t.exec(revoke, {tenant, id}).affected_rows() > 0;
}

void revoke_invitations_of(pg::transaction& t, tenant_id tenant, account_id inviter) {
    t.exec(revoke_of, {tenant, inviter});
}

std::optional<open_invitation> find_invitation(pg::transaction& t, std::int64_t id,
                                               std::string_view token_hash) {
    return read_open(t.exec(look, {id, token_hash}), id);
}

std::optional<open_invitation> accept_invitation(pg::transaction& t, std::int64_t id,
                                                 std::string_view token_hash) {
    auto found = read_open(t.exec(lock, {id}), id);
    if (!found || !use_one_time_token(t, token_purpose::invitation, token_hash, id)) return std::nullopt;
    return found;
}

void close_invitation(pg::transaction& t, std::int64_t id, account_id accepted_by) {
    t.exec(close, {id, accepted_by});
}

} // namespace voltlane::store
