#pragma once

#include "shared/pg/transaction.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace voltlane::store {

// What one pod counted of one key since it said so last.
struct rate_growth {
    std::string key;
    timestamp window; // its start
    std::int64_t by;
};
// What all pods counted.
struct rate_sum {
    std::string key;
    std::int64_t used;
    std::int64_t before; // in the window before
};

// Adds all of it and returns the sums, by key; one statement. A key may stand there once only. `length`: of a
// window, in seconds.
std::vector<rate_sum> add_rates(pg::transaction& t, const std::vector<rate_growth>& all, std::int64_t length);

// Forgets windows that began longer than `kept` ago, and those more than an hour ahead, by the database's
// clock.
std::int64_t purge_rates(pg::transaction& t, std::chrono::seconds kept);

} // namespace voltlane::store
