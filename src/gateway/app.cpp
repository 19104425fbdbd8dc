#include "gateway/app.hpp"

#include "gateway/home.hpp"
#include "gateway/shard.hpp"
#include "shared/async/descriptors.hpp"
#include "shared/async/shards.hpp"
#include "shared/async/stop_signal.hpp"
#include "shared/base/text.hpp"
#include "shared/events/topics.hpp"
#include "shared/http/acceptor.hpp"
#include "shared/http/admin_server.hpp"
#include "shared/kafka/producer.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <sodium.h>

namespace voltlane::gateway {
namespace {

namespace asio = boost::asio;
namespace topic = events::topic;

// An orderly stop: chargers' calls that were read are answered, then everything is forced. Well inside the 30
// s that platforms grant before they kill.
constexpr std::chrono::seconds drain_time{8};
constexpr std::chrono::seconds flush_time{5};
constexpr std::chrono::seconds warm_up_time{10};

std::string new_instance(const std::string& name) {
    unsigned char random[4];
    randombytes_buf(random, sizeof random);
    return name + '.' + to_hex({reinterpret_cast<const char*>(random), sizeof random});
}

// The gateway's parts in the order of their start; stopped in reverse.
class app {
public:
    explicit app(const config& c)
        : config_(c)
        , log_(log::get("gateway"))
        , shards_(static_cast<std::size_t>(c.threads))
        , producer_metrics_(registry_)
        , consumer_metrics_(registry_)
        , metrics_(registry_) {
        make_settings();
        make_producer();
        home_ = std::make_unique<home>(shards_.get_executor(0), client_, settings_, producer_->at(0),
                                       consumer_metrics_, metrics_);
        const auto tell_home = [this](roster_news news) {
            home_->mail().push(std::move(news));
        };
        for (std::size_t i = 0; i < shards_.size(); ++i)
            parts_.push_back(std::make_unique<shard>(i, shards_.get_executor(i), settings_, producer_->at(i),
                                                     metrics_, tell_home));
        host_port admin;
        parse_host_port(c.admin_listen, admin);
        admin_ = std::make_unique<http::admin_server>(shards_.get_executor(0), admin, registry_, [this] {
            if (stopping_) return std::string("stopping");
            return home_->ready() ? std::string() : std::string("the views are not loaded");
        });
    }

    int run() {
        host_port listen;
        parse_host_port(config_.gateway_listen, listen);
        http::require_free(shards_.get_executor(0), listen);
        std::vector<shard*> all;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            parts_[i]->start(http::open_acceptor(shards_.get_executor(i), listen));
            all.push_back(parts_[i].get());
        }
        admin_->start();
        producer_->start();
        home_->start(std::move(all));
        log_->info("{} listens on {}, commands on partition {}, {} threads", settings_.instance,
                   config_.gateway_listen, settings_.partition(), shards_.size());
        asio::co_spawn(shards_.get_executor(0), live(), [this](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
            shards_.stop();
        });
        shards_.run();
        return exit_code_;
    }

private:
    void make_settings() {
        settings_.gateway = config_.instance;
        settings_.instance = new_instance(config_.instance);
        settings_.partition = partition_id{command_partition(config_)};
        if (!config_.command_key.empty()) {
            key_.emplace(sealing_key::from_hex(config_.command_key).value());
            settings_.command_key = &*key_;
        }
        settings_.log_frames = config_.log_frames;
        settings_.max_connections =
            std::max<std::size_t>(1, static_cast<std::size_t>(config_.max_connections) / shards_.size());
        settings_.calls_per_second = static_cast<unsigned>(config_.calls_per_second);
        settings_.intervals.heartbeat = static_cast<std::int32_t>(config_.heartbeat_seconds);
        settings_.ping = std::chrono::seconds(config_.ping_seconds);
        settings_.pong_required = config_.pong_required;
    }

    void make_producer() {
        client_.bootstrap = config_.kafka;
        client_.client_id = settings_.instance;
        kafka::producer_settings p;
        p.client = client_;
        for (const auto name : {topic::inbound, topic::replies, topic::presence})
            p.topics.emplace_back(name);
        p.linger = std::chrono::milliseconds(config_.linger_ms);
        std::vector<async::executor> executors;
        for (std::size_t i = 0; i < shards_.size(); ++i)
            executors.push_back(shards_.get_executor(i));
        producer_ =
            std::make_unique<kafka::producer>(std::move(p), executors[0], executors, producer_metrics_);
        settings_.topics = {producer_->topic(topic::inbound), producer_->topic(topic::replies),
                            producer_->topic(topic::presence)};
    }

    async::awaitable<void> live() {
        if (const auto failed = co_await producer_->warm_up(std::chrono::steady_clock::now() + warm_up_time);
            failed)
            log_->warn("the brokers do not answer yet: {}", failed.message());
        co_await async::stop_signal();
        log_->info("stopping");
        stopping_ = true;
        home_->leave();
        const auto deadline = std::chrono::steady_clock::now() + drain_time;
        for (auto& part : parts_)
            asio::co_spawn(part->get_executor(), part->stop(deadline), [this](std::exception_ptr failure) {
                if (failure) exit_code_ = 1;
                asio::post(shards_.get_executor(0), [this] {
                    ++stopped_parts_;
                    all_stopped_.cancel();
                });
            });
        while (stopped_parts_ < parts_.size()) {
            all_stopped_.expires_at(async::steady_point::max());
            co_await all_stopped_.async_wait(async::use_tuple);
        }
        co_await producer_->stop(std::chrono::steady_clock::now() + flush_time);
        co_await home_->stop(std::chrono::steady_clock::now() + flush_time);
        co_await admin_->stop();
        log_->info("stopped");
    }

    const config& config_;
    std::shared_ptr<spdlog::logger> log_;
    async::shards shards_;
    metrics::registry registry_;
    kafka::producer_metrics producer_metrics_;
    kafka::consumer_metrics consumer_metrics_;
    gateway_metrics metrics_;
    shard_settings settings_;
    std::optional<sealing_key> key_;
    kafka::client_settings client_;
    std::unique_ptr<kafka::producer> producer_;
    std::unique_ptr<home> home_;
    std::vector<std::unique_ptr<shard>> parts_;
    std::unique_ptr<http::admin_server> admin_;
    async::steady_timer all_stopped_{shards_.get_executor(0)};
    std::size_t stopped_parts_ = 0;
    std::atomic<int> exit_code_ = 0;
    bool stopping_ = false;
};

} // namespace

int run(const config& c) {
    async::raise_descriptor_limit();
    if (sodium_init() < 0) {
        log::get("gateway")->critical("libsodium cannot start");
        return 1;
    }
    try {
        return app(c).run();
    } catch (const boost::system::system_error& e) {
        log::get("gateway")->critical("cannot listen on {} or {}: {}", c.gateway_listen, c.admin_listen,
                                      e.code().message());
        return 1;
    } catch (const std::exception& e) {
        log::get("gateway")->critical("cannot run: {}", e.what());
        return 1;
    }
}

} // namespace voltlane::gateway
