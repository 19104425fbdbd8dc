#include "shared/store/thingsboard.hpp"

namespace voltlane::store {
namespace {

// The account, and its parent behind it.
constexpr pg::statement facts{
    "thingsboard.facts",
    "select a.id, a.username, a.email, a.first_name, a.last_name, coalesce(a.phone, ''), "
    "coalesce(a.user_type, ''), "
    "a.email_verified, a.is_approved, a.is_active and (a.expires_at is null or a.expires_at > now()), "
    "coalesce(e.customer_id, ''), coalesce(e.user_id, ''), coalesce(e.activation_link, ''), "
    "coalesce(e.enabled, true) "
    "from accounts c join accounts a on a.id = c.id or a.id = c.parent_id "
    "left join thingsboard_entities e on e.account_id = a.id where c.id = $1 order by a.id <> c.id"};
constexpr pg::statement save{
    "thingsboard.save",
    "insert into thingsboard_entities as e (account_id, customer_id, user_id, activation_link, enabled, "
    "synced_at) "
    "select a.id, nullif($2, ''), nullif($3, ''), nullif($4, ''), $5, now() from accounts a where a.id = $1 "
    "on conflict (account_id) do update set customer_id = coalesce(excluded.customer_id, e.customer_id), "
    "user_id = coalesce(excluded.user_id, e.user_id), "
    "activation_link = coalesce(excluded.activation_link, e.activation_link), enabled = excluded.enabled, "
    "synced_at = now()"};
constexpr pg::statement customers{
    "thingsboard.accounts",
    "select id from accounts where id > $1 and email_verified and user_type in ('CUSTOMER', 'CUSTOMER_USER') "
    "order by id limit $2"};

thingsboard_person read(const pg::row& r) {
    int i = 0;
    const auto next = [&] {
        return r[i++];
    };
    thingsboard_person p;
    p.account = pg::get<account_id>(next());
    p.username = pg::get<std::string>(next());
    p.email = pg::get<std::string>(next());
    p.first_name = pg::get<std::string>(next());
    p.last_name = pg::get<std::string>(next());
    p.phone = pg::get<std::string>(next());
    p.user_type = pg::get<std::string>(next());
    p.email_verified = pg::get<bool>(next());
    p.is_approved = pg::get<bool>(next());
    p.may_log_in = pg::get<bool>(next());
    p.ids.account = p.account;
    p.ids.customer = pg::get<std::string>(next());
    p.ids.user = pg::get<std::string>(next());
    p.ids.activation_link = pg::get<std::string>(next());
    p.ids.enabled = pg::get<bool>(next());
    return p;
}

} // namespace

std::optional<thingsboard_facts> find_thingsboard_facts(pg::transaction& t, account_id account) {
    const auto rows = t.exec(facts, {account});
    if (rows.empty()) return std::nullopt;
    thingsboard_facts f{read(rows[0]), std::nullopt};
    if (rows.size() > 1) f.parent = read(rows[1]);
    return f;
}

void save_thingsboard_ids(pg::transaction& t, const thingsboard_ids& ids) {
    t.exec(save, {ids.account, ids.customer, ids.user, ids.activation_link, ids.enabled});
}

std::vector<account_id> list_thingsboard_accounts(pg::transaction& t, account_id last, std::int64_t most) {
    std::vector<account_id> all;
    for (const auto& r : t.exec(customers, {last, most}))
        all.push_back(pg::get<account_id>(r[0]));
    return all;
}

} // namespace voltlane::store
