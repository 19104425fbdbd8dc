#pragma once

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
// and unknown names are refused alike. Per pod. Any thread.
class login_guard {
public:
    // Wrong passwords of one name within a window; then 429 until the window ends.
    static constexpr std::size_t most_failures = 10;
    static constexpr std::chrono::seconds window{60};
    // Names that are remembered; one more drops those whose window has ended, else the oldest. At some 100
    // hashes a second, so many wrong names take longer than a window.
    static constexpr std::size_t most_names = 10'000;
    // Of the hashing queue's places (passwords::queue_length), so that no client denies login to all others;
    // more get 429. A class behind one address may log in all at once.
    static constexpr std::size_t most_hashes_per_client = 60;

    explicit login_guard(const clock& c) : clock_(c) {}

    // Counts an attempt: nullopt, or how long until the name may be tried again. Zero: as many attempts are
    // under way as may fail, and this one may go on when one of them did not (its owner logs in everywhere at
    // once).
    std::optional<std::chrono::seconds> begin(std::string_view login);
    // The attempt did not fail (a right password, or no thread to try it): it counts no more.
    void take_back(std::string_view login);
    // It did.
    void failed(std::string_view login);

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
    std::unique_ptr<place> enter(const std::string& client);

private:
    struct failures {
        clock::steady_point since{};
        std::size_t count = 0;
        std::size_t under_way = 0; // of these, still without an end
    };
    void make_room();
    void leave(const std::string& client);

    const clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, failures> names_;        // by the name in lower case
    std::unordered_map<std::string, std::size_t> in_flight_; // by the client's address
};

} // namespace voltlane::api
