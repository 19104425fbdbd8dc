#pragma once

#include "shared/async/types.hpp"
#include "shared/base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace voltlane::api {

// Bounds what guessing costs us and gets the guesser: how often a name may be tried, and how many hashes one
// client may have in flight. Knows only what was sent, never whether there is such an account, so that known
// and unknown names are refused alike. Names are taken as store::find_account_by_login folds them; clients
// are addresses, taken as what one customer has (counted_address). Per pod. Any thread.
class login_guard {
public:
    // Wrong passwords of one name from one client within a window; then 429 until the window ends. A stranger
    // does not lock the owner out thereby.
    static constexpr std::size_t most_failures = 10;
    // The same from all clients together: who guesses from many addresses gets so many tries. Then nobody
    // gets in by that name until the window ends.
    static constexpr std::size_t most_failures_of_name = 100;
    static constexpr std::chrono::seconds window{60};
    // Counts that are kept, two for a name; more drop those whose window has ended, else the oldest. At some
    // 100 hashes a second, so many wrong names take longer than a window.
    static constexpr std::size_t most_counts = 20'000;
    // Of the hashing queue's places (passwords::queue_length), so that no client denies login to all others.
    static constexpr std::size_t most_hashes_per_client = 20;
    // More wait outside that queue, so that a class behind one address may log in all at once; one more gets
    // 429.
    static constexpr std::size_t most_waiting_per_client = 40;

    explicit login_guard(const clock& c) : clock_(c) {}

    // Counts an attempt: nullopt, or how long until the name may be tried again. Zero: as many attempts are
    // under way as may fail, and this one may go on when one of them did not (its owner logs in everywhere at
    // once).
    std::optional<std::chrono::seconds> begin(std::string_view name, std::string_view client);
    // The attempt did not fail (a right password, or no thread to try it): it counts no more.
    void take_back(std::string_view name, std::string_view client);
    // It did.
    void failed(std::string_view name, std::string_view client);

    // A place for one hash, given back by its destructor. Must not outlive the guard.
    class place {
    public:
        place(login_guard& g, std::string client) : guard_(g), client_(std::move(client)) {}
        ~place() { guard_.leave(client_); }
        place(const place&) = delete;
        place& operator=(const place&) = delete;

    private:
        login_guard& guard_;
        std::string client_;
    };
    // nullptr: the client has most_hashes_per_client.
    std::unique_ptr<place> enter(std::string_view client);
    // Waits for one. nullptr: most_waiting_per_client wait already, or the deadline has come.
    async::awaitable<std::unique_ptr<place>> wait_for_place(std::string client, async::steady_point deadline);

private:
    struct failures {
        clock::steady_point since{};
        std::size_t count = 0;
        std::size_t under_way = 0; // of these, still without an end
    };
    struct in_flight {
        std::size_t hashes = 0;
        std::size_t waiting = 0;
    };
    class turn; // of waiting: in_flight::waiting while it lives

    void make_room();
    void leave(const std::string& client);
    bool join_waiting(const std::string& client);
    void leave_waiting(const std::string& client);
    void forget_idle(const std::string& client);

    const clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, failures> failures_;   // by name, and by client and name
    std::unordered_map<std::string, in_flight> in_flight_; // by client
};

} // namespace voltlane::api
