#pragma once

#include "shared/base/decimal.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/pg/transaction.hpp"

#include <chrono>

// Reads of session_months: what the caller may see (a super_admin its tenant's, everybody else what it was
// billed), by the UTC month of a session's start. The table's only writer is the pool `sessions`.
namespace voltlane::store {

struct revenue {
    money lifetime, this_month, last_month;
};
// Both months by their first day. One statement.
revenue sum_revenue(pg::transaction& t, const domain::caller& who, std::chrono::sys_days last_month,
                    std::chrono::sys_days month);

} // namespace voltlane::store
