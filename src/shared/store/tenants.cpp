#include "shared/store/tenants.hpp"

#include "shared/store/directory_outbox.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement insert{"tenants.insert",
                               "insert into tenants (name, url_key) values ($1, $2) returning id, "
                               "accept_unknown_tags, self_registration, require_subprotocol, "
                               "max_charge_points"};
constexpr pg::statement founder{"tenants.founder", "update tenants set founder = $2 where id = $1"};
constexpr pg::statement by_id{"tenants.by_id",
                              "select name, url_key, accept_unknown_tags, self_registration, "
                              "require_subprotocol, max_charge_points from tenants where id = $1"};

} // namespace

events::tenant_entry directory_entry_of(const tenant& t, std::string key_hash) {
    events::tenant_entry e;
    e.id = t.id;
    e.key_hash = std::move(key_hash);
    e.accept_unknown_tags = t.accept_unknown_tags;
    e.self_registration = t.self_registration;
    e.require_subprotocol = t.require_subprotocol;
    e.max_charge_points = t.max_charge_points;
    return e;
}

tenant_id insert_tenant(pg::transaction& t, std::string_view name, std::string_view url_key,
                        std::string_view key_hash) {
    const auto rows = t.exec(insert, {name, url_key});
    const auto& r = rows[0];
    tenant made;
    made.id = pg::get<tenant_id>(r[0]);
    made.accept_unknown_tags = pg::get<bool>(r[1]);
    made.self_registration = pg::get<bool>(r[2]);
    made.require_subprotocol = pg::get<bool>(r[3]);
    made.max_charge_points = pg::get<std::int64_t>(r[4]);
    queue_directory(t, directory_entry_of(made, std::string(key_hash)));
    return made.id;
}

void set_founder(pg::transaction& t, tenant_id id, account_id who) {
    t.exec(founder, {id, who});
}

std::optional<tenant> find_tenant(pg::transaction& t, tenant_id id) {
    const auto rows = t.exec(by_id, {id});
    if (rows.empty()) return std::nullopt;
    const auto& r = rows[0];
    return tenant{id,
                  pg::get<std::string>(r[0]),
                  pg::get<std::string>(r[1]),
                  pg::get<bool>(r[2]),
                  pg::get<bool>(r[3]),
                  pg::get<bool>(r[4]),
                  pg::get<std::int64_t>(r[5])};
}

} // namespace voltlane::store
