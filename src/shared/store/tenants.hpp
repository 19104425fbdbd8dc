#pragma once

#include "shared/base/ids.hpp"
#include "shared/events/directory.hpp"
#include "shared/pg/transaction.hpp"

#include <optional>
#include <string>
#include <string_view>

// Table `tenants`. Writers: api (signup), voltlane-admin. Every change goes to csms.directory in the same
// transaction.
namespace voltlane::store {

struct tenant {
    tenant_id id;
    std::string name;
    std::string url_key; // the secret part of the address chargers dial: in no log, topic or metric
    bool accept_unknown_tags = false, self_registration = true, require_subprotocol = false;
    std::int64_t max_charge_points = 10'000;
};

// SHA-256 of the 32-hex key, lower-case hex: what the directory carries. store has no hash of its own: the
// caller gives it.
events::tenant_entry directory_entry_of(const tenant& t, std::string key_hash);

// A new tenant and its directory entry. `url_key`: 32 lower-case hex digits; `key_hash` as above.
tenant_id insert_tenant(pg::transaction& t, std::string_view name, std::string_view url_key,
                        std::string_view key_hash);
void set_founder(pg::transaction& t, tenant_id id, account_id founder);

std::optional<tenant> find_tenant(pg::transaction& t, tenant_id id);

} // namespace voltlane::store
