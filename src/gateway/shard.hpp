#pragma once

#include "gateway/metrics.hpp"
#include "gateway/net/admission.hpp"
#include "gateway/net/connection.hpp"
#include "gateway/session/call_session.hpp"
#include "gateway/v16/adapter.hpp"
#include "gateway/views/directory_view.hpp"
#include "gateway/views/presence_note.hpp"
#include "gateway/views/roster.hpp"
#include "shared/async/deadline_wheel.hpp"
#include "shared/async/mailbox.hpp"
#include "shared/async/task_group.hpp"
#include "shared/base/log.hpp"
#include "shared/kafka/publisher.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace voltlane::gateway {

// Topics as the producer knows them.
struct topic_refs {
    kafka::topic_ref inbound;
    kafka::topic_ref replies;
    kafka::topic_ref presence;
};

// What is the same for every shard of the process.
struct shard_settings {
    std::string gateway;  // name
    std::string instance; // of this start
    partition_id partition;
    topic_refs topics;
    const sealing_key* command_key = nullptr;
    bool log_frames = false;
    std::size_t max_connections = 0; // of one shard
    unsigned calls_per_second = 200;
    v16::boot_intervals intervals;
    std::chrono::seconds ping{30};
    bool pong_required = false;
};

// What the home shard's readers have for a shard.
struct views_loaded {};
struct directory_replay_begins {};
struct directory_replay_ends {};
using shard_mail = std::variant<directory_news, presence_note, events::command, views_loaded,
                                directory_replay_begins, directory_replay_ends>;

// One core's part of the gateway: its listening socket's connections, its view of the directory, its way into
// the producer. Everything in it runs on its one thread; the rest of the process reaches it through its
// mailbox.
class shard final : private async::wheel_entry {
public:
    // Sockets that did not yet finish their request; more are closed at once, so that slow ones cannot hold
    // every descriptor.
    static constexpr std::size_t max_handshakes = 4096;

    shard(std::size_t index, async::executor ex, const shard_settings& settings, kafka::publisher& publisher,
          gateway_metrics& metrics, std::function<void(roster_news)> tell_home);
    ~shard();
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    async::mailbox<shard_mail>& mail() noexcept { return mail_; }
    async::executor get_executor() const noexcept { return executor_; }

    // Before the contexts run, or on the shard's thread.
    void start(async::tcp_acceptor acceptor);
    // No new sockets; live ones answer what they read and close with 1001; forced at the deadline.
    async::awaitable<void> stop(async::steady_point deadline);

    // For connections and the handshake, on the shard's thread.
    const shard_settings& settings() const noexcept { return settings_; }
    session_environment& environment() noexcept { return environment_; }
    kafka::publisher& publisher() noexcept { return publisher_; }
    async::deadline_wheel& wheel() noexcept { return wheel_; }
    gateway::pacer& pacer() noexcept { return pacer_; }
    directory_view& directory() noexcept { return directory_; }
    spdlog::logger& log() noexcept { return *log_; }
    spdlog::logger& frame_log() noexcept { return *frame_log_; }
    instant now() const { return read(clock_); }
    gateway_metrics& metrics() noexcept { return metrics_; }
    // A line, at most one every ten seconds, where the last message could not be answered.
    void note_drops(std::string_view charger, instant now);
    door at_the_door() const;
    void enter(connection& c);
    void leave(connection& c);
    // A connection whose socket is gone and whose `closed` is not yet in the log lives on here.
    void linger(std::shared_ptr<connection> c) { lingering_.insert(std::move(c)); }
    void unlinger(connection& c) { lingering_.erase(c.shared_from_this()); }
    std::size_t connections() const noexcept { return connections_.size(); }

private:
    void on_deadline() override; // once a second
    async::awaitable<void> accept();
    async::awaitable<void> serve(async::tcp_socket socket);
    async::awaitable<std::shared_ptr<connection>> greet(async::tcp_socket socket);
    void add_metrics();
    void take(std::vector<shard_mail>& batch);
    void take(const presence_note& note);
    void take(const events::command& c);
    template <class F>
    void for_each(const charger_key& key, F&& f);
    template <class F>
    void for_each(tenant_id id, F&& f);

    std::size_t index_;
    async::executor executor_;
    const shard_settings& settings_;
    kafka::publisher& publisher_;
    gateway_metrics& metrics_;
    std::function<void(roster_news)> tell_home_;
    std::shared_ptr<spdlog::logger> log_;
    std::shared_ptr<spdlog::logger> frame_log_;
    system_clock clock_;
    async::deadline_wheel wheel_;
    gateway::pacer pacer_;
    directory_view directory_;
    ocpp::frame_parser parser_;
    v16::adapter adapter_;
    session_stats stats_;
    session_stats counted_; // what of it is in the metrics already
    session_environment environment_;
    async::tcp_acceptor acceptor_;
    async::task_group group_;
    async::mailbox<shard_mail> mail_;
    std::unordered_multimap<std::string_view, connection*> connections_; // by key_text
    std::unordered_set<std::shared_ptr<connection>> lingering_;
    std::size_t handshakes_ = 0;
    log::limiter drop_lines_{std::chrono::seconds(10)};
    std::uint64_t drops_noted_ = 0;
    std::uint32_t ticks_ = 0;
    bool ready_ = false;
    bool stopping_ = false;
};

} // namespace voltlane::gateway
