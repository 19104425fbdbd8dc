#pragma once

#include "api/limits/rate_settings.hpp"
#include "api/limits/rate_window.hpp"
#include "shared/base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

enum class rate { all, login, reset, registration, commands, lookups, invitations };
inline constexpr std::array all_rates{rate::all,      rate::login,   rate::reset,      rate::registration,
                                      rate::commands, rate::lookups, rate::invitations};
enum class rate_by { address, network, account };
inline constexpr std::array all_rate_keys{rate_by::address, rate_by::network, rate_by::account};
std::string_view to_string(rate r) noexcept;
std::string_view to_string(rate_by by) noexcept;

// How often clients may call, counted in this pod's memory; rate_sharing exchanges the counts with other pods
// through PostgreSQL twice a second. Addresses and accounts are kept as keyed hashes only. Any thread.
class rate_limits {
public:
    // Keys that are remembered, some 150 bytes each. One more forgets the least used of a few: who makes up
    // addresses to fill the memory loses his own counts, not those of somebody near his bound.
    static constexpr std::size_t most_keys = 100'000;
    static constexpr std::size_t looked_at = 8;
    // A count is shared from this part of its bound on: who stays far below it costs no row in PostgreSQL.
    static constexpr std::int64_t shared_from = 16;
    // Counts in one exchange; the rest waits for the next.
    static constexpr std::size_t most_shared = 5'000;

    // A network (IPv6 /48) may do as much as so many of its addresses (/64): a site with many customers, or
    // one customer with a whole /48, who would otherwise count as 65,536.
    static constexpr std::int64_t network_factor = 16;

    // `secret`: the same on every pod, e.g. what signs tokens; keys the hashes.
    rate_limits(const rate_settings& s, std::string_view secret, const clock& c);

    // nullopt: counted and allowed; else how long to wait. By address and by network, `who` is an address
    // (counted_address.hpp says what it counts as; IPv4 has no network). An empty `who` is not counted.
    std::optional<std::chrono::seconds> take(rate r, rate_by by, std::string_view who);

    // What other pods have to know: at most most_shared counts that grew since they were shared last.
    struct growth {
        std::string key;     // hash, hex
        std::int64_t minute; // rate_window::minute_of
        std::int64_t by;     // to add to the sum
        std::int64_t own;    // this pod's of that minute, with `by`
    };
    std::vector<growth> to_share();
    // What PostgreSQL answered to a growth: the sums of all pods.
    struct sums {
        std::string key;
        std::int64_t minute;
        std::int64_t own; // the growth's
        std::int64_t used;
        std::int64_t before; // in the minute before
    };
    void learn(const std::vector<sums>& all);

    // Forgets whoever has not called for two minutes.
    void purge();
    std::size_t keys() const;
    std::size_t forgotten() const; // since the start, for want of memory

private:
    struct entry {
        rate_window window;
        std::int64_t limit = 0;
        bool queued = false; // stands in grown_
    };
    using entries = std::unordered_map<std::string, entry>;

    std::int64_t limit_of(rate r, rate_by by) const noexcept;
    std::string key_of(rate r, rate_by by, std::string_view who) const;
    void make_room();

    const clock& clock_;
    rate_settings settings_;
    std::string hash_key_;
    mutable std::mutex mutex_;
    entries entries_; // by hash
    std::vector<std::string> grown_;
    std::size_t forgotten_ = 0;
};

} // namespace voltlane::api
