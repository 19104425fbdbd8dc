#include "shared/store/tenant_keys.hpp"

#include "shared/store/directory_outbox.hpp"
#include "shared/store/tenants.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement list{
    "tenant_keys.list",
    "select t.id, t.name, coalesce(f.username, ''), t.url_key, "
    "(select count(*) from charge_points c where c.tenant_id = t.id and c.deleted_at is null), "
    "(select count(*) from accounts a where a.tenant_id = t.id), t.created_at "
    "from tenants t left join accounts f on f.id = t.founder order by t.id"};
constexpr pg::statement change{"tenant_keys.change", "update tenants set url_key = $2 where id = $1"};

} // namespace

std::vector<tenant_summary> list_tenants(pg::transaction& t) {
    std::vector<tenant_summary> all;
    for (const auto& r : t.exec(list))
        all.push_back({pg::get<tenant_id>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2]),
                       pg::get<std::string>(r[3]), pg::get<std::int64_t>(r[4]), pg::get<std::int64_t>(r[5]),
                       pg::get<timestamp>(r[6])});
    return all;
}

bool set_url_key(pg::transaction& t, tenant_id id, std::string_view url_key, std::string_view key_hash) {
    if (t.exec(change, {id, url_key}).affected_rows() == 0) return false;
    queue_directory(t, directory_entry_of(find_tenant(t, id).value(), std::string(key_hash)));
    return true;
}

} // namespace voltlane::store
