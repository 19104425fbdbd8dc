#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/tariff.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads of sessions for people, one at a time (lists: session_lists.hpp). The tables' only writer is the pool
// `sessions`. What the caller may see stands in every statement: a super_admin its tenant's sessions,
// everybody else its own (a session's owner is the account whose command started it, else the tag's).
namespace voltlane::store {

struct session_row {
    session_id id;
    tenant_id tenant;
    std::string charge_point;              // canonical id
    std::string identity;                  // as shown
    std::string user;                      // user name of the tag's account, else the tag, else empty
    std::optional<std::string> started_by; // user name of the account whose command started it
    std::optional<account_id> owner;
    std::string state; // open, ended, superseded, abandoned, closed
    watt_hours energy = 0;
    timestamp started_at{};
    std::optional<timestamp> ended_at;
    domain::tariff prices;
    std::optional<money> total; // of sessions that ended and are not under review
    std::string review;         // why a person must look at it; empty: nothing
    std::string id_tag, transaction_key, stop_reason;
    std::int64_t connector = 0;
    std::optional<std::int64_t> meter_start_mwh, meter_stop_mwh;
};

std::optional<session_row> find_session(pg::transaction& t, const domain::caller& who, session_id id);

struct meter_value_row {
    timestamp at{};
    std::string measurand, value, unit, phase, context, location;
};
// In the order of their times; at most `most`. The caller has found the session as its own before.
std::vector<meter_value_row> list_meter_values(pg::transaction& t, session_id id, std::int64_t most,
                                               std::int64_t offset);

// An operator's decision has been folded by the pool `sessions`.
bool is_decided(pg::transaction& t, std::string_view decision_id);

} // namespace voltlane::store
