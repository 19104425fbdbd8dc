#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/events/directory.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Table `commands` as the API uses it: rows are inserted here as `queued`, moved on by the pool `commands`
// (command_rows), and read for people.
namespace voltlane::store {

struct new_command {
    command_id id;
    tenant_id tenant;
    std::int64_t charge_point = 0; // internal id
    account_id account;
    std::string action;
    std::string params; // JSON text as sent to the charger, secrets as *****
    timestamp created_at{}, deadline{};
    // A remote start: goes to csms.directory in the same transaction.
    std::optional<events::vouch_entry> vouch;
};
void insert_command(pg::transaction& t, const new_command& c);

struct command_row {
    std::string id;
    std::string identity; // of the charge point
    std::string username; // who gave it
    std::string action, params, state;
    std::int64_t attempt = 1;
    std::optional<std::string> response, error; // JSON text
    timestamp created_at{}, deadline{};
    std::optional<timestamp> sent_at, ended_at;
};
struct command_page {
    std::int64_t count = 0; // of all; only where asked for
    std::vector<command_row> rows;
    bool more = false; // there is at least one behind them
};
struct command_request {
    std::int64_t limit = 30;
    std::int64_t offset = 0;
    struct place {
        timestamp created_at{};
        std::string id;
    };
    std::optional<place> after; // only those behind it; an id that is no UUID: none
    bool counted = false;
};
// A super_admin sees its tenant's commands, everybody else its own. Newest first, ties by id downwards. One
// statement.
command_page list_commands(pg::transaction& t, const domain::caller& who, const command_request& q);
// Whether it can be a command's id (a UUID).
bool is_command_id(std::string_view text);
// `id` is any text: one that is no UUID is not found.
std::optional<command_row> find_command(pg::transaction& t, const domain::caller& who, const std::string& id);

} // namespace voltlane::store
