#include "shared/kafka/producer.hpp"

#include "shared/base/log.hpp"
#include "shared/kafka/on_thread.hpp"
#include "shared/kafka/producer_instance.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace voltlane::kafka {
namespace {

// A cluster that makes every instance fail at once must not cost a client per round trip.
constexpr std::chrono::milliseconds least_between_replacements{250};
constexpr std::chrono::milliseconds flush_poll{2};
constexpr std::chrono::seconds close_patience{12}; // an instance's end, after the flush
constexpr std::chrono::milliseconds successor_metadata_patience{500};

void log_failure(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("kafka")->error("producer: {}", e.what());
    }
}

} // namespace

producer::producer(producer_settings settings, async::executor home, std::span<const async::executor> shards,
                   producer_metrics& metrics)
    : settings_(std::move(settings))
    , home_(home)
    , metrics_(metrics)
    , tasks_(home, &log_failure) {
    for (const auto& shard : shards)
        publishers_.emplace_back(new publisher(*this, shard, shard == home));
    if (std::none_of(shards.begin(), shards.end(), [&](const auto& s) { return s == home; }))
        throw std::invalid_argument("kafka: the producer's home is none of its shards");
    current_ = std::make_shared<producer_instance>(*this, settings_, home_);
    const auto lease = producer_instance::lease(current_);
    for (auto& p : publishers_)
        p->instance_ = lease;
}

producer::~producer() = default;

topic_ref producer::topic(std::string_view name) const {
    const auto found = std::find(settings_.topics.begin(), settings_.topics.end(), name);
    if (found == settings_.topics.end())
        throw std::out_of_range("kafka: topic not registered: " + std::string(name));
    return {static_cast<std::uint16_t>(found - settings_.topics.begin())};
}

void producer::start() {
    serve(current_);
}

void producer::serve(const std::shared_ptr<producer_instance>& instance) {
    tasks_.spawn([instance] { return producer_instance::serve(instance); });
}

void producer::hand_out(const std::shared_ptr<producer_instance>& lease) {
    for (auto& p : publishers_) {
        if (p->home_)
            p->instance_ = lease;
        else
            async::asio::post(p->shard_, [to = p.get(), lease] { to->instance_ = lease; });
    }
}

async::awaitable<error_code> producer::warm_up(async::steady_point deadline) {
    // A lease keeps the instance from being closed meanwhile.
    const auto home =
        std::find_if(publishers_.begin(), publishers_.end(), [](const auto& p) { return p->home_; });
    auto ask = [instance = (*home)->instance_, deadline] {
        return instance ? instance->fetch_metadata(deadline) : error_code(errc::stopped);
    };
    const auto answer = co_await on_thread(std::move(ask), deadline + std::chrono::seconds(1));
    co_return answer.value_or(errc::unavailable);
}

// Called inside a round of the failed instance's reader: everything is put off, so that the round ends first.
void producer::on_fatal(producer_instance& failed, std::string reason) {
    if (&failed != current_.get() || replacing_ || stopping_) return;
    replacing_ = true;
    tasks_.spawn([this, reason = std::move(reason)] { return replace(reason); });
}

async::awaitable<void> producer::replace(std::string reason) {
    metrics_.replaced.Increment();
    log::get("kafka")->warn(
        "producer replaced after a fatal error; publications in flight are to be repeated: {}", reason);
    const auto due = replaced_at_ + least_between_replacements;
    if (std::chrono::steady_clock::now() < due) {
        async::steady_timer pause(home_, due);
        co_await pause.async_wait(async::use_tuple);
    }
    std::shared_ptr<producer_instance> fresh;
    while (!fresh && !stopping_) {
        try {
            fresh = std::make_shared<producer_instance>(*this, settings_, home_);
        } catch (const std::runtime_error& e) { // no thread, no descriptor: it cannot stay so
            log::get("kafka")->error("{}", e.what());
        }
        if (!fresh) {
            async::steady_timer pause(home_, least_between_replacements);
            co_await pause.async_wait(async::use_tuple);
        }
    }
    if (fresh) {
        serve(fresh);
        // Without it the first publications wait for a second (until 2.10.1); with the broker away it is in
        // vain.
        const auto until = std::chrono::steady_clock::now() + successor_metadata_patience;
        auto lease = producer_instance::lease(fresh);
        auto ask = [lease, until] {
            return lease->fetch_metadata(until);
        };
        static_cast<void>(co_await on_thread(std::move(ask), until + successor_metadata_patience));
        // Before the failed one's reports go out: callers repeat at once.
        if (!stopping_) hand_out(lease);
        const auto failed = std::exchange(current_, fresh);
        tasks_.spawn([failed] { return producer_instance::close(failed, errc::unavailable); });
        replaced_at_ = std::chrono::steady_clock::now();
    }
    replacing_ = false;
    // Its own failure was not listened to while it was no successor yet.
    if (fresh && fresh->fatal()) on_fatal(*fresh, "the successor failed before its first publication");
}

std::size_t producer::in_flight() const {
    return current_->in_flight();
}

async::awaitable<bool> producer::flush(async::steady_point deadline) {
    async::steady_timer pause(home_);
    while (current_->in_flight() > 0) {
        if (std::chrono::steady_clock::now() >= deadline) co_return false;
        pause.expires_after(flush_poll);
        co_await pause.async_wait(async::use_tuple);
    }
    co_return true;
}

async::awaitable<void> producer::stop(async::steady_point deadline) {
    if (stopping_) co_return;
    stopping_ = true;
    hand_out(nullptr);
    async::steady_timer pause(home_);
    while (replacing_) { // it looks at stopping_, and leaves one instance to close
        pause.expires_after(flush_poll);
        co_await pause.async_wait(async::use_tuple);
    }
    const bool flushed = co_await flush(deadline);
    if (!flushed) log::get("kafka")->warn("producer stops with {} publications in flight", in_flight());
    tasks_.spawn([instance = current_] { return producer_instance::close(instance, errc::stopped); });
    co_await tasks_.join(std::chrono::steady_clock::now() + close_patience);
}

} // namespace voltlane::kafka
