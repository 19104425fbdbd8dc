#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Table `id_tags`. Writer: api. Every change goes to csms.directory in the same transaction. All statements
// are of one tenant.
namespace voltlane::store {

struct id_tag_row {
    std::int64_t id = 0;
    std::string id_tag; // as registered
    std::string folded; // as compared: the rule is ocpp's (normalise_id_tag)
    std::optional<account_id> account;
    std::optional<std::string> user_email, user_name, user_type; // of that account
    std::string status = "Accepted";
    std::optional<timestamp> expiry;
    std::optional<std::string> parent_id_tag;
    timestamp created_at{};
};

// Whether the tag is registered there as that account's, and would be accepted now.
bool is_own_tag(pg::transaction& t, tenant_id tenant, std::string_view folded, account_id account);

struct id_tag_request {
    std::int64_t limit = 30;
    std::int64_t offset = 0;
    std::int64_t after = 0; // only ids above it
    bool counted = false;
};
struct id_tag_page {
    std::int64_t count = 0; // of all of the tenant; only where asked for
    std::vector<id_tag_row> rows;
    bool more = false; // there is at least one behind them
};
// By id ascending. One statement.
id_tag_page list_id_tags(pg::transaction& t, tenant_id tenant, const id_tag_request& q);
std::optional<id_tag_row> find_id_tag(pg::transaction& t, tenant_id tenant, std::int64_t id);

// `row.id`, `user_*` and `created_at` count for nothing. A folded tag that exists: pg::failure of kind
// conflict. Whether there is room (tenant_bounds) is for the caller to ask.
id_tag_row insert_id_tag(pg::transaction& t, tenant_id tenant, const id_tag_row& row);
// By row.id; the tag itself does not change. nullopt: no such row.
std::optional<id_tag_row> update_id_tag(pg::transaction& t, tenant_id tenant, const id_tag_row& row);
bool delete_id_tag(pg::transaction& t, tenant_id tenant, std::int64_t id);

} // namespace voltlane::store
