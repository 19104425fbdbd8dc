#pragma once

#include "api/live/presence_view.hpp"
#include "api/metrics.hpp"
#include "shared/async/task_group.hpp"
#include "shared/async/types.hpp"
#include "shared/events/command.hpp"
#include "shared/kafka/producer.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace voltlane::api {

// Commands that this pod accepted and whose end is not known yet: publishes them to the gateway that holds
// their charger, re-routes one once whose charger had moved, and wakes the requests that wait for an answer.
//
//   send -> (reply: undeliverable, first attempt) -> presence names another connection -> publish again
//        -> (reply: answered, error, ...)         -> whoever waits is told; forgotten
//
// send and wait on any shard, on_reply on the home shard (the one that reads replies).
class command_desk {
public:
    // How long a command that found no one is held for its charger's next connection, inside its own
    // deadline.
    static constexpr std::chrono::seconds reroute_within{8};
    // Commands in flight of one pod; more are refused with errc::overloaded.
    static constexpr std::size_t most_in_flight = 50'000;

    command_desk(async::executor home, kafka::producer& producer, const presence_view& presence,
                 const clock& c, metrics& m);

    // Commands of one charge point that wait for its answer: it answers one at a time, so that more only make
    // everybody wait; and commands one account may give in a window. More are refused with 429.
    static constexpr std::size_t most_unanswered = 20;
    static constexpr std::size_t most_per_window = 120;
    static constexpr std::chrono::seconds window{60};
    // Told to whom a busy charge point refuses: nobody knows when it will answer.
    static constexpr std::chrono::seconds retry_busy{5};

    // Before anything is written for a command: nullopt (it counts for its account), or when to try again.
    std::optional<std::chrono::seconds> refuse(const charger_key& charger, account_id by);

    // Publishes to the command's place. overloaded, unavailable (the broker did not acknowledge in time).
    async::awaitable<error_code> send(events::command c, partition_id partition, std::size_t shard);
    // The last reply of a command that this pod sent, or nullopt at the deadline. Call it before or after the
    // reply came.
    async::awaitable<std::optional<events::reply>> wait(command_id id, async::steady_point deadline);

    void on_reply(const events::reply& r);
    void sweep(); // forgets commands past their deadline and grace; once a second on the home shard

    async::awaitable<void> stop();

private:
    struct waiter {
        explicit waiter(async::executor ex) : timer(ex) {}
        async::steady_timer timer;
        std::optional<events::reply> outcome; // on the waiter's shard only
    };
    struct pending {
        events::command command;
        std::shared_ptr<waiter> waiting;
        std::optional<events::reply> outcome;
        bool rerouting = false;
    };
    async::awaitable<void> reroute(events::command c);
    async::awaitable<error_code> publish(const events::command& c, partition_id partition, std::size_t shard);
    void finish(const events::reply& r);
    void answered(const charger_key& charger); // with the mutex held

    kafka::producer& producer_;
    kafka::topic_ref topic_;
    const presence_view& presence_;
    const clock& clock_;
    metrics& metrics_;
    async::task_group group_; // home shard
    std::mutex mutex_;
    std::unordered_map<std::string, pending> pending_;
    std::unordered_map<std::string, std::size_t> unanswered_; // by charge point
    struct given {
        clock::steady_point since{};
        std::size_t count = 0;
    };
    std::unordered_map<std::int64_t, given> given_; // by account
};

} // namespace voltlane::api
