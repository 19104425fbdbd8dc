#include "shared/store/user_types.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement revision{"user_types.revision", "select revision from user_type_revision"};
constexpr pg::statement types{"user_types.types",
                              "select name, flag, fields::text, source, self_registration from user_types "
                              "order by name"};
constexpr pg::statement shared{
    "user_types.shared",
    "select name, field::text, source from shared_profile_fields order by position, name"};
constexpr pg::statement lock{"user_types.lock", "select from user_type_revision for update"};
constexpr pg::statement raise{"user_types.raise",
                              "update user_type_revision set revision = revision + 1 returning revision"};
constexpr pg::statement put{
    "user_types.put", "insert into user_types (name, flag, fields, source, self_registration) "
                      "values ($1, $2, $3::jsonb, $4, $5) "
                      "on conflict (name) do update set flag = excluded.flag, fields = excluded.fields, "
                      "source = excluded.source, self_registration = excluded.self_registration, "
                      "updated_at = now()"};
constexpr pg::statement remove{"user_types.remove", "delete from user_types where name = $1"};
constexpr pg::statement end_prices{
    "user_types.end_prices",
    "update prices set valid_to = clock_timestamp() where user_type = $1 and valid_to is null"};
constexpr pg::statement has_price{
    "user_types.has_price", "select exists (select from prices where user_type = $1 and valid_to is null)"};
constexpr pg::statement clear_shared{"user_types.clear_shared", "delete from shared_profile_fields"};
constexpr pg::statement fill_shared{
    "user_types.fill_shared",
    "insert into shared_profile_fields (position, name, field, source) "
    "select ordinality, name, field::jsonb, source "
    "from unnest($1::text[], $2::text[], $3::text[]) with ordinality as f(name, field, source)"};
constexpr pg::statement hold_all{"user_types.hold_all", "select from user_types where name = $1 for update"};
constexpr pg::statement used{"user_types.used", "select exists (select from accounts where user_type = $1)"};
constexpr pg::statement open{"user_types.open",
                             "select exists (select from user_types where name = $1 and self_registration)"};
constexpr pg::statement hold{"user_types.hold", "select from user_types where name = $1 for share"};
constexpr pg::statement may_change{"user_types.may_change",
                                   "select exists (select from accounts where id = $1 and is_operator) or "
                                   "not exists (select from accounts where is_operator) and exists ("
                                   "select from (select founder from tenants order by id limit 1) first "
                                   "where founder = $1)"};

} // namespace

std::int64_t user_type_revision(pg::transaction& t) {
    return pg::get<std::int64_t>(t.exec(revision)[0][0]);
}

declared_user_types load_user_types(pg::transaction& t) {
    declared_user_types all;
    all.revision = user_type_revision(t);
    for (const auto& r : t.exec(types))
        all.types.push_back({pg::get<std::string>(r[0]), pg::get<std::string>(r[1]),
                             pg::get<std::string>(r[2]), pg::get<std::string>(r[3]), pg::get<bool>(r[4])});
    for (const auto& r : t.exec(shared))
        all.shared.push_back(
            {pg::get<std::string>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2])});
    return all;
}

void lock_user_types(pg::transaction& t) {
    t.exec(lock);
}

std::int64_t raise_user_type_revision(pg::transaction& t) {
    return pg::get<std::int64_t>(t.exec(raise)[0][0]);
}

void put_user_type(pg::transaction& t, const user_type_row& row) {
    t.exec(put, {row.name, row.flag, row.fields, row.source, row.self_registration});
}

void delete_user_type(pg::transaction& t, std::string_view name) {
    t.exec(remove, {name});
    t.exec(end_prices, {name});
}

void replace_shared_fields(pg::transaction& t, const std::vector<shared_field_row>& rows) {
    pg::array names, fields, sources;
    for (const auto& r : rows) {
        names.add(r.name);
        fields.add(r.field);
        sources.add(r.source);
    }
    t.exec(clear_shared);
    t.exec(fill_shared, {names, fields, sources});
}

bool user_type_in_use(pg::transaction& t, std::string_view name) {
    t.exec(hold_all, {name});
    return pg::get<bool>(t.exec(used, {name})[0][0]);
}

bool user_type_has_price(pg::transaction& t, std::string_view name) {
    return pg::get<bool>(t.exec(has_price, {name})[0][0]);
}

bool is_open_user_type(pg::transaction& t, std::string_view name) {
    return pg::get<bool>(t.exec(open, {name})[0][0]);
}

bool hold_user_type(pg::transaction& t, std::string_view name) {
    return !t.exec(hold, {name}).empty();
}

bool may_change_user_types(pg::transaction& t, account_id account) {
    return pg::get<bool>(t.exec(may_change, {account})[0][0]);
}

} // namespace voltlane::store
