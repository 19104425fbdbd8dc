#pragma once

#include "shared/async/types.hpp"
#include "shared/base/ids.hpp"
#include "shared/pg/pool.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// How charge points are spelled (REST's `id`), for records that only carry their keys. A spelling never
// changes, so that each is read once. One shard.
class spellings {
public:
    static constexpr std::size_t most = 100'000; // then all are forgotten and read anew
    // For the answer of the database; without one, keys are shown as they are, and it is left alone for a
    // while.
    static constexpr std::chrono::seconds patience{1};
    static constexpr std::chrono::seconds leave_alone{10};

    explicit spellings(pg::pool& database) : database_(database) {}

    // Reads those that are not known yet, in one statement. Never throws.
    async::awaitable<void> learn(std::vector<charger_key> keys);
    // The canonical id where nothing is known. Good until the next learn.
    std::string_view of(const charger_key& key) const;

private:
    pg::pool& database_;
    std::map<charger_key, std::string> known_;
    async::steady_point not_before_{};
};

} // namespace voltlane::api
