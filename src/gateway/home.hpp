#pragma once

#include "gateway/metrics.hpp"
#include "gateway/shard.hpp"
#include "gateway/views/directory_replay.hpp"
#include "gateway/views/roster.hpp"
#include "shared/async/mailbox.hpp"
#include "shared/async/task_group.hpp"
#include "shared/kafka/reader.hpp"

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

namespace voltlane::gateway {

// What the process does once, on its first shard: follows csms.directory, csms.presence and its partition of
// ocpp.commands, hands each record to the shards that need it, and beats.
//
//   csms.directory ── every shard's view             presence, commands ── roster ── the shard that holds the
//   charger
//
// The readers start with the broker, whenever that is; until the directory was read to its end as of then,
// and the other two stand at their ends, the gateway is not ready. Afterwards the broker may go and come:
// views stay in memory. A reader whose place the log no longer has begins anew, however long that takes.
class home {
public:
    static constexpr std::chrono::seconds beat_every{3};

    home(async::executor ex, const kafka::client_settings& client, const shard_settings& settings,
         kafka::publisher& publisher, kafka::consumer_metrics& consumer, gateway_metrics& metrics);

    // Before the contexts run. The shards outlive the home's coroutines.
    void start(std::vector<shard*> shards);
    // Readiness off and the last beat, `leaving`.
    void leave();
    async::awaitable<void> stop(async::steady_point deadline);

    async::mailbox<roster_news>& mail() noexcept { return mail_; }
    bool ready() const noexcept { return ready_; } // on the home's shard

private:
    async::awaitable<void> follow_directory();
    async::awaitable<void> follow_presence();
    async::awaitable<void> follow_commands();
    // Reads one topic for as long as this home lives; `at_end` once it was read as of the start.
    async::awaitable<void> follow_topic(kafka::reader& reader, std::string_view name, bool& at_end,
                                        void (home::*take)(const kafka::record_view&));
    async::awaitable<void> beat();
    async::awaitable<bool> open(kafka::reader& r, std::string_view what);
    async::awaitable<bool> recover(kafka::reader& r, std::string_view what, error_code why);
    void take_directory(const kafka::record_view& r, std::vector<directory_news>& news);
    void take_presence(const kafka::record_view& r);
    void take_command(const kafka::record_view& r);
    void close_ownerless(const presence_note& note);
    void publish_beat(bool leaving);
    bool addressed_to_us(std::string_view gateway) const;
    void become_ready();
    void tell_shards(const shard_mail& what);
    void watch_directory();

    async::executor executor_;
    const shard_settings& settings_;
    kafka::publisher& publisher_;
    gateway_metrics& metrics_;
    std::shared_ptr<spdlog::logger> log_;
    system_clock clock_;
    std::vector<shard*> shards_;
    roster roster_;
    std::int32_t presence_generation_ = 0;
    kafka::reader directory_;
    kafka::reader presence_;
    kafka::reader commands_;
    async::task_group group_;
    async::steady_timer beat_timer_;
    async::mailbox<roster_news> mail_;
    directory_replay replay_;
    bool directory_loaded_ = false;
    bool presence_at_end_ = false;
    bool commands_at_end_ = false;
    bool ready_ = false;
    bool leaving_ = false;
};

} // namespace voltlane::gateway
