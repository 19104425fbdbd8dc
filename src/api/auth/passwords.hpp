#pragma once

#include "shared/async/blocking_pool.hpp"
#include "shared/async/types.hpp"
#include "shared/base/errors.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

// Argon2id by libsodium, on threads of its own behind a bounded queue, so that a flood of logins starves
// nothing else: the queue full, errc::overloaded (429 for the client).
class passwords {
public:
    // Logins that wait for a thread; at 20 ms a hash and two threads that is a second. More are refused at
    // once.
    static constexpr std::size_t queue_length = 100;

    explicit passwords(std::size_t threads);

    // overloaded, timed_out, stopped.
    async::awaitable<result<std::string>> hash(std::string password, async::steady_point deadline);
    // An empty `stored` (no such account) takes as long as a real one and is false.
    async::awaitable<result<bool>> matches(std::string stored, std::string password,
                                           async::steady_point deadline);

private:
    async::blocking_pool pool_;
    std::string decoy_;
};

// What is wrong with a new password, for people; empty: nothing.
std::string check_password(std::string_view password, std::string_view username);

} // namespace voltlane::api
