#pragma once

#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Whether `session_months` and `command_counts` say what the sessions and commands do. They are written in
// the transactions that change those, so that they can only be wrong where somebody else wrote: a worker from
// before they were counted, or a person.
namespace voltlane::store {

struct wrong_counts {
    std::int64_t sessions = 0, commands = 0; // rows that are wrong
    std::vector<std::string> examples;       // for a person, `most` of each at the most

    bool none() const noexcept { return sessions == 0 && commands == 0; }
};
// All of them: reads both tables whole, seconds for a million rows.
wrong_counts find_wrong_counts(pg::transaction& t, std::int64_t most);

// A sample, for asking often: of `tenants` at random, this month and one of the two years before it, in UTC.
// Returns how many of those months are wrong. One statement, which reads the sessions of these months.
std::int64_t count_wrong_months(pg::transaction& t, std::int64_t tenants);

// Make the counts anew; those who write sessions or commands wait until the transaction ends.
void recount_sessions(pg::transaction& t);
void recount_commands(pg::transaction& t);

} // namespace voltlane::store
