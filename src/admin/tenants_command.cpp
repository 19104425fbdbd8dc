#include "admin/tenants_command.hpp"

#include "admin/failure.hpp"
#include "admin/secrets.hpp"
#include "shared/base/text.hpp"
#include "shared/store/tenant_keys.hpp"
#include "shared/store/tenants.hpp"

namespace voltlane::admin {
namespace {

void print_path(session& s, const std::string& key) {
    s.out() << "its chargers dial /api/v16/" << key << "/<charge point>\n";
}

void set_key(session& s, std::int64_t tenant, const std::string& key) {
    try {
        const bool found = s.database().run([&](pg::transaction& t) {
            return store::set_url_key(t, tenant_id{tenant}, key, hash_url_key(key));
        });
        if (!found) throw failure("there is no tenant " + std::to_string(tenant));
    } catch (const pg::failure& f) {
        if (f.kind() == pg::failure_kind::conflict) throw failure("another tenant has this key");
        throw;
    }
}

} // namespace

void list_tenants(session& s, bool show_keys) {
    const auto all = s.database().read([](pg::transaction& t) { return store::list_tenants(t); });
    for (const auto& t : all) {
        s.out() << t.id() << '\t' << t.name << "\tfounder " << (t.founder.empty() ? "-" : t.founder) << '\t'
                << t.charge_points << " charge points\t" << t.accounts << " accounts\tsince "
                << format_seconds(t.created_at);
        if (show_keys) s.out() << '\t' << t.url_key;
        s.out() << '\n';
    }
    if (all.empty()) s.out() << "no tenants\n";
}

void create_tenant(session& s, const std::string& name) {
    const auto key = new_url_key();
    const auto id = s.database().run(
        [&](pg::transaction& t) { return store::insert_tenant(t, name, key, hash_url_key(key)); });
    s.out() << "tenant " << id() << " created\n";
    print_path(s, key);
}

void rotate_key(session& s, std::int64_t tenant) {
    const auto key = new_url_key();
    set_key(s, tenant, key);
    s.out() << "tenant " << tenant << " has a new key\n";
    print_path(s, key);
}

void import_key(session& s, std::int64_t tenant, const std::string& key_env) {
    const auto key = ascii_lower(secret_from_environment(key_env));
    if (!is_url_key(key)) throw failure("the key in " + key_env + " is not 32 hex digits");
    set_key(s, tenant, key);
    s.out() << "tenant " << tenant << " has the key of " << key_env << '\n';
}

} // namespace voltlane::admin
