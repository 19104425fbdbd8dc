#pragma once

#include "shared/async/blocking_pool.hpp"
#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"
#include "shared/base/metrics.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

struct password_match {
    bool fits = false;
    // Where it fits and was hashed with weaker parameters than today's: the hash to store in its place.
    std::string better_hash;
};

// Argon2id by libsodium, on threads of its own behind a bounded queue, so that a flood of logins starves
// nothing else: the queue full, errc::overloaded (429 for the client).
class passwords {
public:
    // Logins that wait for a thread; at 20 ms a hash and two threads that is a second. More are refused at
    // once.
    static constexpr std::size_t queue_length = 100;

    // `counted`: hashes made or checked.
    passwords(std::size_t threads, voltlane::metrics::counter& counted);

    // overloaded, timed_out, stopped.
    async::awaitable<result<std::string>> hash(std::string password, async::steady_point deadline);
    // An empty `stored` (no such account) takes as long as a real one and does not fit.
    async::awaitable<result<password_match>> matches(std::string stored, std::string password,
                                                     async::steady_point deadline);

private:
    voltlane::metrics::counter& counted_;
    async::blocking_pool pool_;
    std::string decoy_;
};

} // namespace voltlane::api
