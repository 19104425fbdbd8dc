#include "shared/store/accounts.hpp"

namespace voltlane::store {
namespace {

#define ACCOUNT_COLUMNS                                                                                      \
    "id, tenant_id, username, email, first_name, last_name, phone, birthday::text, gender, user_type, "      \
    "role, "                                                                                                 \
    "password_hash, is_active, email_verified, is_approved, approved_at, expires_at, parent_id, "            \
    "date_joined, "                                                                                          \
    "type_profile::text, refused_at, refusal_reason, is_operator"

constexpr pg::statement taken{"accounts.taken",
                              "select exists (select from accounts where fold_name(username) = fold_name($1) "
                              "or fold_name(email) = fold_name($1)), "
                              "exists (select from accounts where fold_name(email) = fold_name($2) "
                              "or fold_name(username) = fold_name($2))"};
constexpr pg::statement insert{"accounts.insert",
                               "insert into accounts (tenant_id, username, email, first_name, last_name, "
                               "phone, role, user_type, password_hash, birthday, gender, email_verified, "
                               "is_approved, parent_id, type_profile, is_operator) "
                               "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::date, $11, $12, $13, $14, "
                               "$15::jsonb, $16) returning id"};
constexpr pg::statement by_id{"accounts.by_id", "select " ACCOUNT_COLUMNS " from accounts where id = $1"};
constexpr pg::statement by_login{
    "accounts.by_login",
    "select fold_name($1), a.* from (select) one left join (select " ACCOUNT_COLUMNS
    " from accounts where fold_name(username) = fold_name($1) or fold_name(email) = fold_name($1) "
    "order by fold_name(username) = fold_name($1) desc limit 1) a on true"};
constexpr pg::statement by_email{
    "accounts.by_email", "select id, username, email, user_type from accounts where lower(email) = lower($1) "
                         "and (tenant_id is null or tenant_id = $2) and email_verified and is_active"};
constexpr pg::statement change_profile{
    "accounts.change_profile",
    "update accounts set first_name = coalesce($2, first_name), last_name = coalesce($3, last_name), "
    "phone = case when $4 then $5 else phone end, birthday = case when $6 then $7::date else birthday end, "
    "gender = case when $8 then $9 else gender end, "
    "type_profile = jsonb_strip_nulls(type_profile || coalesce($10::jsonb, '{}')) "
    "where id = $1 returning " ACCOUNT_COLUMNS};
constexpr pg::statement change_password{"accounts.change_password",
                                        "update accounts set password_hash = $2 where id = $1"};
#define PROVEN "where id = $1 and password_hash = $2 and is_active and email_verified and is_approved"
constexpr pg::statement confirm_hash{"accounts.confirm_hash", "select from accounts " PROVEN " for share"};
constexpr pg::statement change_hash{"accounts.change_hash", "update accounts set password_hash = $3 " PROVEN};
constexpr pg::statement caller{
    "accounts.caller",
    "select a.tenant_id, a.role, a.username, a.is_active and a.email_verified and a.is_approved and "
    "(a.expires_at is null or a.expires_at > now()), s.revoked_at is not null, coalesce(a.user_type, '') "
    "from accounts a join login_sessions s on s.account_id = a.id where a.id = $1 and s.id = $2"};

domain::role read_role(const pg::field& f) {
    return domain::parse_role(pg::view(f)).value_or(domain::role::user);
}

account read_account(const pg::row& r, int i = 0) {
    account a;
    const auto next = [&] {
        return r[i++];
    };
    a.id = pg::get<account_id>(next());
    a.tenant = pg::opt<tenant_id>(next());
    a.username = pg::get<std::string>(next());
    a.email = pg::get<std::string>(next());
    a.first_name = pg::get<std::string>(next());
    a.last_name = pg::get<std::string>(next());
    a.phone = pg::opt<std::string>(next());
    a.birthday = pg::opt<std::string>(next());
    a.gender = pg::opt<std::string>(next());
    a.user_type = pg::opt<std::string>(next());
    a.role = read_role(next());
    a.password_hash = pg::get<std::string>(next());
    a.is_active = pg::get<bool>(next());
    a.email_verified = pg::get<bool>(next());
    a.is_approved = pg::get<bool>(next());
    a.approved_at = pg::opt<timestamp>(next());
    a.expires_at = pg::opt<timestamp>(next());
    a.parent = pg::opt<account_id>(next());
    a.date_joined = pg::get<timestamp>(next());
    a.type_profile = pg::get<std::string>(next());
    a.refused_at = pg::opt<timestamp>(next());
    a.refusal_reason = pg::get<std::string>(next());
    a.is_operator = pg::get<bool>(next());
    return a;
}

std::optional<account> first_account(const pg::rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_account(rows[0]));
}

} // namespace

std::string account::full_name() const {
    if (first_name.empty() || last_name.empty()) return first_name + last_name;
    return first_name + ' ' + last_name;
}

taken_names find_taken(pg::transaction& t, std::string_view username, std::string_view email) {
    const auto rows = t.exec(taken, {username, email});
    return {pg::get<bool>(rows[0][0]), pg::get<bool>(rows[0][1])};
}

account_id insert_account(pg::transaction& t, const new_account& a) {
    const auto rows =
        t.exec(insert, {a.tenant, a.username, a.email, a.first_name, a.last_name, a.phone,
                        domain::to_string(a.role), a.user_type, a.password_hash, a.birthday, a.gender,
                        a.email_verified, a.is_approved, a.parent, a.type_profile, a.is_operator});
    return pg::get<account_id>(rows[0][0]);
}

std::optional<account> find_account(pg::transaction& t, account_id id) {
    return first_account(t.exec(by_id, {id}));
}

login_lookup find_account_by_login(pg::transaction& t, std::string_view login) {
    const auto rows = t.exec(by_login, {login});
    const auto& r = rows[0];
    login_lookup l{pg::get<std::string>(r[0]), std::nullopt};
    if (!r[1].is_null()) l.found = read_account(r, 1);
    return l;
}

std::optional<account_name> find_account_by_email(pg::transaction& t, std::string_view email,
                                                  tenant_id tenant) {
    const auto rows = t.exec(by_email, {email, tenant});
    if (rows.empty()) return std::nullopt;
    const auto& r = rows[0];
    return account_name{pg::get<account_id>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2]),
                        pg::opt<std::string>(r[3])};
}

std::optional<account> update_profile(pg::transaction& t, account_id id, const profile_change& c) {
    const auto inner = [](const auto& o) {
        return o ? *o : std::optional<std::string>();
    };
    return first_account(t.exec(change_profile, {id, c.first_name, c.last_name, c.phone.has_value(),
                                                 inner(c.phone), c.birthday.has_value(), inner(c.birthday),
                                                 c.gender.has_value(), inner(c.gender), c.type_profile}));
}

void set_password(pg::transaction& t, account_id id, std::string_view password_hash) {
    t.exec(change_password, {id, password_hash});
}

bool confirm_password(pg::transaction& t, account_id id, std::string_view was, std::string_view better) {
    if (!better.empty()) return t.exec(change_hash, {id, was, better}).affected_rows() > 0;
    return !t.exec(confirm_hash, {id, was}).empty();
}

std::optional<caller_row> find_caller(pg::transaction& t, account_id id, std::int64_t session) {
    const auto rows = t.exec(caller, {id, session});
    if (rows.empty()) return std::nullopt;
    const auto& r = rows[0];
    caller_row c;
    c.caller = {id, pg::opt<tenant_id>(r[0]), read_role(r[1])};
    c.username = pg::get<std::string>(r[2]);
    c.may_login = pg::get<bool>(r[3]);
    c.session_revoked = pg::get<bool>(r[4]);
    c.user_type = pg::get<std::string>(r[5]);
    return c;
}

} // namespace voltlane::store
