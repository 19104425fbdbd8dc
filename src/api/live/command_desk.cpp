#include "api/live/command_desk.hpp"

#include "shared/base/log.hpp"
#include "shared/domain/command_life.hpp"
#include "shared/events/topics.hpp"

#include <vector>

namespace voltlane::api {
namespace {

// How often the view is asked whether the charger is back; a new connection is known some milliseconds after
// it opened.
constexpr std::chrono::milliseconds look_again{100};

void report(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("api")->error("re-routing a command failed: {}", e.what());
    }
}

} // namespace

command_desk::command_desk(async::executor home, kafka::producer& producer, const presence_view& presence,
                           const clock& c, metrics& m)
    : producer_(producer)
    , topic_(producer.topic(events::topic::commands))
    , presence_(presence)
    , clock_(c)
    , metrics_(m)
    , group_(home, report) {}

async::awaitable<error_code> command_desk::publish(const events::command& c, partition_id partition,
                                                   std::size_t shard) {
    const std::string key = to_string(c.key);
    const std::string value = events::encode(c);
    const auto version = std::to_string(events::command_version);
    const std::array headers{kafka::header_view{events::topic::header_event_id, c.id()},
                             kafka::header_view{events::topic::header_version, version}};
    kafka::record r;
    r.topic = topic_;
    r.key = key;
    r.value = value;
    r.headers = headers;
    r.partition = partition();
    const auto delivered = co_await producer_.at(shard).publish(r);
    co_return delivered.error;
}

std::optional<std::chrono::seconds> command_desk::refuse(const charger_key& charger, account_id by) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    auto& g = given_.try_emplace(by(), given{now, 0}).first->second;
    if (now - g.since >= window) g = {now, 0};
    if (g.count >= most_per_window) return std::chrono::ceil<std::chrono::seconds>(g.since + window - now);
    const auto waiting = unanswered_.find(to_string(charger));
    if (waiting != unanswered_.end() && waiting->second >= most_unanswered) return retry_busy;
    ++g.count;
    return std::nullopt;
}

void command_desk::answered(const charger_key& charger) {
    const auto found = unanswered_.find(to_string(charger));
    if (found == unanswered_.end()) return;
    if (--found->second == 0) unanswered_.erase(found);
}

async::awaitable<error_code> command_desk::send(events::command c, partition_id partition,
                                                std::size_t shard) {
    const auto id = c.id;
    {
        const std::lock_guard lock(mutex_);
        if (pending_.size() >= most_in_flight) co_return errc::overloaded;
        const auto [at, made] = pending_.try_emplace(id());
        at->second.command = c;
        if (made) ++unanswered_[to_string(c.key)];
    }
    const auto failed = co_await publish(c, partition, shard);
    if (failed) {
        const std::lock_guard lock(mutex_);
        if (const auto found = pending_.find(id()); found != pending_.end()) {
            if (!found->second.outcome) answered(c.key);
            pending_.erase(found);
        }
        co_return failed;
    }
    metrics_.commands.Increment();
    co_return error_code();
}

async::awaitable<std::optional<events::reply>> command_desk::wait(command_id id,
                                                                  async::steady_point deadline) {
    const auto ex = co_await async::asio::this_coro::executor;
    auto mine = std::make_shared<waiter>(ex);
    {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(id());
        if (found == pending_.end()) co_return std::nullopt;
        if (found->second.outcome) co_return found->second.outcome;
        found->second.waiting = mine;
    }
    metrics_.command_waiters.Increment();
    mine->timer.expires_at(deadline);
    while (!mine->outcome && std::chrono::steady_clock::now() < deadline) {
        co_await mine->timer.async_wait(async::use_tuple); // cancelled by finish(), or at the deadline
    }
    metrics_.command_waiters.Decrement();
    co_return mine->outcome;
}

void command_desk::finish(const events::reply& r) {
    std::shared_ptr<waiter> waiting;
    {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(r.command.id());
        if (found == pending_.end()) return;
        if (!found->second.outcome) answered(found->second.command.key);
        found->second.outcome = r;
        waiting = std::move(found->second.waiting);
    }
    if (!waiting) return;
    const auto ex = waiting->timer.get_executor();
    async::asio::post(ex, [waiting, r] {
        waiting->outcome = r;
        waiting->timer.cancel();
    });
}

void command_desk::on_reply(const events::reply& r) {
    if (!domain::is_ended(r.state)) return;
    {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(r.command.id());
        if (found == pending_.end()) return;
        auto& p = found->second;
        const bool again = r.state == events::command_state::undeliverable && r.command.attempt == 1;
        if (again && !p.rerouting) {
            p.rerouting = true;
            group_.spawn([this, c = p.command] { return reroute(c); });
        }
        // The first attempt's failure is no outcome: the second one will tell.
        if (again) return;
    }
    finish(r);
}

async::awaitable<void> command_desk::reroute(events::command c) {
    const auto ex = co_await async::asio::this_coro::executor;
    const auto until = std::min(c.deadline, clock_.now() + reroute_within);
    async::steady_timer timer(ex);
    std::optional<connection_place> place;
    while (clock_.now() < until) {
        place = presence_.find(c.key);
        if (place && place->connection > c.connection) break;
        place.reset();
        timer.expires_after(look_again);
        co_await timer.async_wait(async::use);
    }
    bool sent = false;
    if (place) {
        c.gateway = place->instance;
        c.connection = place->connection;
        c.attempt = 2;
        const auto failed = co_await publish(c, place->partition, 0);
        sent = !failed;
    }
    if (sent) {
        metrics_.commands_rerouted.Increment();
        co_return;
    }
    events::reply nobody;
    nobody.command = c;
    nobody.state = events::command_state::undeliverable;
    nobody.at = clock_.now();
    finish(nobody);
}

void command_desk::sweep() {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    std::erase_if(pending_, [this, now](const auto& entry) {
        const auto& p = entry.second;
        const bool over = p.command.deadline + domain::command_grace < now;
        if (over && !p.outcome) answered(p.command.key);
        return over;
    });
    const auto steady = clock_.steady_now();
    std::erase_if(given_, [steady](const auto& entry) { return steady - entry.second.since >= window; });
}

async::awaitable<void> command_desk::stop() {
    group_.stop();
    co_await group_.join(std::chrono::steady_clock::now());
}

} // namespace voltlane::api
