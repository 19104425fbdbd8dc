#include "workers/app.hpp"

#include "shared/async/stop_signal.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/log.hpp"
#include "shared/http/admin_server.hpp"
#include "shared/pg/migrations.hpp"
#include "workers/mail/mail_runner.hpp"
#include "workers/notify/chores.hpp"
#include "workers/notify/sender.hpp"
#include "workers/pools/commands_pool.hpp"
#include "workers/pools/notify_pool.hpp"
#include "workers/pools/relay.hpp"
#include "workers/pools/sessions_pool.hpp"
#include "workers/pools/stations_pool.hpp"
#include "workers/pools/upkeep.hpp"
#include "workers/runtime/pool_runner.hpp"
#include "workers/thingsboard/runner.hpp"

#include <csignal>
#include <list>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <curl/curl.h>
#include <sodium.h>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto partitions_every = 1h;
constexpr auto overdue_every = 5s;
constexpr auto old_rows_every = 1h;
constexpr auto counts_every = 1h;
constexpr auto abandoned_every = 1min;
constexpr auto waiting_every = 5s;
constexpr auto schema_retry = 1s;
// Other workers write without a break, and the lock for a new partition is not to be had: after so many tries
// the pools start without. Rows then go to the default partition.
constexpr int most_lock_tries = 30;
// Each partition of each pool has one job at most.
constexpr std::size_t waiting_jobs = 1024;

// The composition root: the only place that names concrete classes of several layers.
class app {
public:
    explicit app(const config& c)
        : config_(c)
        , database_metrics_(registry_)
        , consumer_metrics_(registry_)
        , upkeep_metrics_(registry_)
        , database_(database_settings(pg::role::worker), static_cast<std::size_t>(c.database_connections),
                    waiting_jobs, database_metrics_)
        , upkeep_(database_, upkeep_metrics_, clock_, context_.get_executor())
        , sender_(database_, registry_, clock_, context_.get_executor()) {}

    int run() {
        if (pool_names().contains("notify") && !add_runners()) return 1;
        try {
            host_port listen;
            parse_host_port(config_.admin_listen, listen);
            admin_ = std::make_unique<http::admin_server>(context_.get_executor(), listen, registry_, [this] {
                return stopping_ ? "stopping" : started_ ? "" : "waiting for the database and its schema";
            });
        } catch (const std::exception& e) {
            log_->critical("admin port {}: {}", config_.admin_listen, e.what());
            return 1;
        }
        admin_->start();
        asio_spawn(start());
        asio_spawn(stop());
        context_.run();
        return exit_code_;
    }

private:
    void asio_spawn(async::awaitable<void> what) {
        boost::asio::co_spawn(context_.get_executor(), std::move(what), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    }

    pg::settings database_settings(pg::role as) const {
        return {config_.database_url, as, "voltlane-worker"};
    }
    kafka::client_settings kafka_settings() const {
        kafka::client_settings s;
        s.bootstrap = config_.kafka;
        s.client_id = config_.instance.empty() ? "voltlane-worker" : config_.instance;
        return s;
    }

    // A process refuses a schema that it does not know; a database that is away is waited for.
    async::awaitable<void> start() {
        async::steady_timer timer(context_);
        voltlane::log::limiter complaints(10s);
        while (!stopping_) {
            std::string trouble;
            try {
                auto job = [](pg::transaction& t) {
                    return pg::check_schema(t);
                };
                const auto refused = co_await database_.read(std::move(job), clock_.steady_now() + 10s);
                if (refused.empty()) {
                    co_await make_partitions();
                    start_pools();
                    co_return;
                }
                log_->critical("{}", refused);
                exit_code_ = 1;
                std::raise(SIGTERM);
                co_return;
            } catch (const std::exception& e) {
                trouble = e.what();
            }
            if (complaints.due(clock_.steady_now()) != 0) log_->warn("waiting for the database: {}", trouble);
            timer.expires_after(schema_retry);
            co_await timer.async_wait(async::use_tuple);
        }
    }

    std::set<std::string> pool_names() const {
        std::string wrong;
        return parse_pools(config_.pools, wrong);
    }

    // Before the first row: one that lies in the default partition keeps its whole month there. A database
    // that is away is waited for.
    async::awaitable<void> make_partitions() {
        if (!pool_names().contains("sessions")) co_return;
        async::steady_timer timer(context_);
        voltlane::log::limiter complaints(10s);
        const auto work = partition_chore(config_.meter_retention_days, upkeep_metrics_, clock_);
        for (int tries = 1; !stopping_; ++tries) {
            std::string trouble;
            try {
                co_await database_.run(work, clock_.steady_now() + 10s);
                co_return;
            } catch (const pg::failure& f) {
                if (f.sqlstate() == "55P03" && tries >= most_lock_tries) {
                    log_->error("no partitions of meter values: {}", f.what());
                    co_return;
                }
                trouble = f.what();
            } catch (const std::exception& e) {
                trouble = e.what();
            }
            if (complaints.due(clock_.steady_now()) != 0)
                log_->warn("waiting for the partitions of meter values: {}", trouble);
            timer.expires_after(schema_retry);
            co_await timer.async_wait(async::use_tuple);
        }
    }

    // Who carries out what the pool `notify` collects. False: the mails' templates cannot be used; it is
    // logged.
    bool add_runners() {
        auto& mail_enabled =
            registry_.add_gauge("mail_enabled", "1: an SMTP server is configured, mails are sent");
        if (config_.mail.enabled()) {
            std::string wrong;
            auto templates = mail_templates::read(config_.mail.templates, wrong);
            if (!wrong.empty()) {
                log_->critical("{}", wrong);
                return false;
            }
            sender_.add("mail",
                        make_mail_runner(settings_of(config_.mail), std::move(templates), database_, clock_));
            mail_enabled.Set(1);
        } else {
            log_->warn("no SMTP server is configured (--smtp-url): mails wait, and are given up after a day");
        }
        const thingsboard::settings board{config_.thingsboard_url, config_.thingsboard_username,
                                          config_.thingsboard_password};
        sender_.add("integration",
                    board.url.empty() ? make_no_errand() : make_thingsboard_runner(board, database_));
        return true;
    }

    void start_pools() {
        if (stopping_) return;
        const auto names = pool_names();
        if (names.contains("sessions")) {
            if (config_.meter_retention_days > 0)
                upkeep_.keep("old meter values", old_rows_every,
                             default_rows_chore(config_.meter_retention_days, upkeep_metrics_, clock_));
            upkeep_.keep("partitions of meter values", partitions_every,
                         partition_chore(config_.meter_retention_days, upkeep_metrics_, clock_));
            upkeep_.keep("counts of sessions", counts_every, session_counts_chore(registry_));
            add(make_sessions_pool());
        }
        if (names.contains("stations")) add(make_stations_pool(stations_metrics(registry_)));
        if (names.contains("commands")) {
            add(make_commands_pool());
            upkeep_.keep("overdue commands", overdue_every, overdue_chore(upkeep_metrics_, clock_));
        }
        if (names.contains("notify")) {
            add(make_notify_pool());
            sender_.start();
            upkeep_.keep("abandoned deliveries", abandoned_every, abandoned_deliveries_chore(clock_));
            upkeep_.keep("old deliveries", old_rows_every, old_deliveries_chore(upkeep_metrics_));
            upkeep_.keep("unverified accounts", old_rows_every,
                         unverified_accounts_chore(upkeep_metrics_, unverified_kept(std::chrono::hours(
                                                                        config_.mail.verify_token_hours))));
            upkeep_.keep("waiting deliveries", waiting_every, waiting_deliveries_chore(registry_));
        }
        if (names.contains("commands") || names.contains("stations"))
            upkeep_.keep("old rows", old_rows_every, old_rows_chore(upkeep_metrics_, clock_));
        if (names.contains("relay")) {
            relay_settings s{kafka_settings(), database_settings(pg::role::relay),
                             std::chrono::milliseconds(config_.relay_poll_ms)};
            relay_ = std::make_unique<relay>(std::move(s), registry_, database_metrics_, clock_,
                                             context_.get_executor());
            relay_->start();
        }
        if (!names.contains("notify"))
            log_->warn(
                "the pool notify is not among --pools: mails and integrations are carried out by other "
                "workers only");
        for (const auto& p : pools_)
            p->start();
        started_ = true;
        log_->info("pools {} started", config_.pools);
    }

    void add(std::unique_ptr<partitioned_pool> pool) {
        pool_settings s;
        s.kafka = kafka_settings();
        // A fetch a record would cost more than its fold: wait up to 50 ms for 32 KiB.
        s.kafka.extra = {{"fetch.min.bytes", "32768"}, {"fetch.wait.max.ms", "50"}};
        s.instance = config_.instance;
        s.batches.most = static_cast<std::size_t>(config_.batch_records);
        s.batches.linger = std::chrono::milliseconds(config_.batch_linger_ms);
        pools_.push_back(std::make_unique<pool_runner>(std::move(pool), std::move(s), database_, registry_,
                                                       consumer_metrics_, clock_, context_.get_executor()));
    }

    // In the reverse order of start: intake first, the relay last, so that what the last batches queued goes
    // out.
    async::awaitable<void> stop() {
        co_await async::stop_signal();
        stopping_ = true;
        log_->info("stopping");
        const auto deadline = clock_.steady_now() + std::chrono::seconds(config_.stop_seconds);
        stopping_pools_ = pools_.size();
        for (const auto& p : pools_)
            asio_spawn(stop_pool(*p, deadline));
        async::steady_timer timer(context_);
        while (stopping_pools_ > 0) {
            timer.expires_after(10ms);
            co_await timer.async_wait(async::use_tuple);
        }
        const bool sent = co_await sender_.stop(deadline);
        if (!sent) log_->warn("what was being sent did not end in time");
        co_await upkeep_.stop(deadline);
        if (relay_) {
            const bool ended = co_await relay_->stop(deadline);
            if (!ended) log_->warn("the relay did not stop in time");
        }
        co_await admin_->stop();
        log_->info("stopped");
        context_.stop();
    }

    async::awaitable<void> stop_pool(pool_runner& p, async::steady_point deadline) {
        const bool ended = co_await p.stop(deadline);
        if (!ended) log_->warn("pool {} did not stop in time", p.name());
        --stopping_pools_;
    }

    const config& config_;
    std::shared_ptr<spdlog::logger> log_ = log::get("workers");
    system_clock clock_;
    metrics::registry registry_;
    pg::metrics database_metrics_;
    kafka::consumer_metrics consumer_metrics_;
    upkeep_metrics upkeep_metrics_;
    boost::asio::io_context context_{1};
    pg::pool database_;
    upkeep upkeep_;
    sender sender_;
    std::list<std::unique_ptr<pool_runner>> pools_;
    std::unique_ptr<relay> relay_;
    std::unique_ptr<http::admin_server> admin_;
    std::size_t stopping_pools_ = 0;
    bool started_ = false;
    bool stopping_ = false;
    int exit_code_ = 0;
};

} // namespace

int run(const config& c, const std::string& summary) {
    log::start("voltlane-worker", c.log_level, log::parse_format(c.log_format));
    log::get("workers")->debug("configuration: {}", summary);
    if (const auto wrong = check(c.mail); !wrong.empty()) {
        log::get("workers")->critical("{}", wrong);
        return 2;
    }
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        log::get("workers")->critical("libsodium or libcurl cannot be started");
        return 1;
    }
    return std::make_unique<app>(c)->run();
}

} // namespace voltlane::workers
