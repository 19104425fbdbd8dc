#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <string>
#include <string_view>
#include <vector>

// Table `tenants` as voltlane-admin sees it: all of them, and their URL keys.
namespace voltlane::store {

struct tenant_summary {
    tenant_id id;
    std::string name;
    std::string founder;            // user name; empty: none
    std::string url_key;            // a secret
    std::int64_t charge_points = 0; // not deleted
    std::int64_t accounts = 0;
    timestamp created_at{};
};

std::vector<tenant_summary> list_tenants(pg::transaction& t);

// Gives a tenant another key and tells the directory. False: no such tenant. A key that another tenant has:
// pg::failure of kind conflict. `key_hash`: see insert_tenant.
bool set_url_key(pg::transaction& t, tenant_id id, std::string_view url_key, std::string_view key_hash);

} // namespace voltlane::store
