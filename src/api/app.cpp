#include "api/app.hpp"

#include "api/auth/upkeep.hpp"
#include "api/dispatcher.hpp"
#include "api/limits/rate_sharing.hpp"
#include "api/live/live_reader.hpp"
#include "api/routes/all.hpp"
#include "api/user_types/keeping.hpp"
#include "shared/async/descriptors.hpp"
#include "shared/async/shards.hpp"
#include "shared/async/stop_signal.hpp"
#include "shared/base/log.hpp"
#include "shared/base/random.hpp"
#include "shared/events/topics.hpp"
#include "shared/http/acceptor.hpp"
#include "shared/http/admin_server.hpp"
#include "shared/http/listener.hpp"
#include "shared/pg/migrations.hpp"

#include <csignal>
#include <memory>
#include <vector>

#include <sodium.h>

namespace voltlane::api {
namespace {

namespace asio = boost::asio;

// Requests that wait for a connection; at a millisecond each and eight connections that is a quarter of a
// second. More are refused with 503 at once.
constexpr std::size_t most_waiting_jobs = 2'000;
// The same for what may take seconds: each export has one page here at a time, the rest is people who wait.
constexpr std::size_t most_waiting_searches = 100;
constexpr std::size_t most_watch_jobs = 16; // loops of ours that wait for one another
// A request waits for its publication no longer than this, then 503.
constexpr std::chrono::milliseconds publish_patience{5'000};
constexpr std::chrono::seconds warm_up_patience{10};
constexpr std::chrono::seconds flush_patience{5};
constexpr std::chrono::seconds schema_retry{1};
// Descriptors kept for the database, the brokers and the admin port; the rest is for clients, so that a flood
// of them meets a full listener and not a process that can open nothing.
constexpr std::size_t other_descriptors = 256;

std::string instance_of(const config& c) {
    return c.instance.empty() ? "api-" + make_uuid().substr(0, 8) : c.instance;
}

// nullopt: there is no file to read.
std::optional<types_file> read_declared_types(const config& c) {
    if (c.user_types_file.empty()) return std::nullopt;
    return read_types_file(c.user_types_file);
}

host_port address_of(const std::string& text) {
    host_port address;
    parse_host_port(text, address);
    return address;
}

// The process's parts in the order of their start; stopped in reverse.
class app {
public:
    app(const config& c, token_keys keys, std::optional<types_file> declared = {})
        : config_(c)
        , instance_(instance_of(c))
        , shards_(static_cast<std::size_t>(c.threads))
        , pg_metrics_(registry_)
        , search_metrics_(registry_, {{"pool", "searches"}})
        , producer_metrics_(registry_)
        , consumer_metrics_(registry_)
        , metrics_(registry_)
        , database_({c.database_url, pg::role::api, "voltlane-api"},
                    static_cast<std::size_t>(c.database_connections), most_waiting_jobs, pg_metrics_)
        , searches_({c.database_url, pg::role::api, "voltlane-api searches"},
                    static_cast<std::size_t>(c.search_connections), most_waiting_searches, search_metrics_)
        , watch_({c.database_url, pg::role::api, "voltlane-api watch"}, 1, most_watch_jobs, pg_metrics_)
        , producer_(producer_settings(), home(), executors(shards_), producer_metrics_)
        , presence_(clock_)
        , revocations_(clock_)
        , hub_(clock_, metrics_)
        , desk_(home(), producer_, presence_, clock_, metrics_)
        , decisions_(producer_, instance_, clock_)
        , tokens_(std::move(keys), std::chrono::seconds(c.access_seconds),
                  std::chrono::seconds(c.refresh_seconds), clock_)
        , passwords_(static_cast<std::size_t>(c.password_threads), metrics_.password_hashes)
        , guard_(clock_)
        , activity_(clock_)
        , authenticator_(tokens_, revocations_, activity_, database_, clock_)
        , types_file_(std::move(declared))
        , rates_(c.rates, c.jwt_key.empty() ? c.database_url : c.jwt_key, clock_)
        , reader_(home(), client(), consumer_metrics_, database_, presence_, desk_, hub_, clock_, metrics_)
        , routes_(make_routes({config_, clock_, metrics_, database_, searches_, passwords_, guard_, tokens_,
                               authenticator_, revocations_, activity_, presence_, hub_, desk_, decisions_,
                               user_types_, rates_}))
        , proxies_(c.trusted_proxies)
        , rate_metrics_(registry_)
        , dispatcher_(routes_->table, authenticator_, cors(c.dashboard_origin), proxies_, rates_, metrics_,
                      rate_metrics_)
        , upkeep_(home(), [](std::exception_ptr e) { std::rethrow_exception(e); }) {}

    std::string describe() const { return routes_->table.describe(); }

    int run() {
        try {
            listen();
        } catch (const std::exception& e) {
            log_->critical("cannot listen on {} or {}: {}", config_.api_listen, config_.admin_listen,
                           e.what());
            return 1;
        }
        admin_->start();
        for (auto& l : listeners_)
            l->start();
        producer_.start();
        log_->info("{} listens on {}, {} threads", instance_, config_.api_listen, shards_.size());
        upkeep_.spawn([this] { return begin(); });
        asio::co_spawn(home(), live(), [this](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
            shards_.stop();
        });
        shards_.run();
        return exit_code_;
    }

private:
    async::executor home() { return shards_.get_executor(0); }

    static std::vector<async::executor> executors(async::shards& all) {
        std::vector<async::executor> found;
        for (std::size_t i = 0; i < all.size(); ++i)
            found.push_back(all.get_executor(i));
        return found;
    }

    kafka::client_settings client() const {
        kafka::client_settings s;
        s.bootstrap = config_.kafka;
        s.client_id = instance_;
        return s;
    }

    kafka::producer_settings producer_settings() const {
        kafka::producer_settings s;
        s.client = client();
        s.topics = {std::string(events::topic::commands), std::string(events::topic::inbound)};
        s.message_timeout = publish_patience;
        return s;
    }

    void listen() {
        const auto address = address_of(config_.api_listen);
        http::require_free(home(), address);
        const http::server_callbacks callbacks{
            .handle = [this](http::request& r) { return dispatcher_.handle(r); },
            .protocol_error =
                [this](const http::request& r, unsigned status) {
                    return dispatcher_.refuse(r, status);
                }};
        const auto limit = async::raise_descriptor_limit();
        const auto spare = limit > other_descriptors ? limit - other_descriptors : 1;
        const auto share = std::max<std::size_t>(1, spare / shards_.size());
        for (std::size_t i = 0; i < shards_.size(); ++i)
            listeners_.push_back(
                std::make_unique<http::listener>(shards_.get_executor(i), i, address, callbacks, share));
        admin_ = std::make_unique<http::admin_server>(home(), address_of(config_.admin_listen), registry_,
                                                      [this] { return why_not_ready(); });
    }

    std::string why_not_ready() const {
        if (stopping_) return "stopping";
        if (!schema_known_) return "the schema was not read yet";
        if (!user_types_.loaded()) return "the user types were not read yet";
        return reader_.caught_up() ? "" : "presence and replies are not read yet";
    }

    // Stops as a signal would: everything that runs by now ends in its order.
    void give_up() {
        exit_code_ = 1;
        std::raise(SIGTERM);
    }

    // A process refuses a schema that it does not know; a database that is away is waited for, while what
    // needs none is served.
    async::awaitable<void> begin() {
        upkeep_.spawn([this] { return keep_revocations(watch_, revocations_, clock_, metrics_); });
        upkeep_.spawn([this] { return keep_login_sessions(database_, activity_, clock_); });
        upkeep_.spawn([this] { return share_rates(database_, rates_, clock_, rate_metrics_); });
        reader_.start();
        async::steady_timer timer(home());
        for (;;) {
            std::string wrong;
            try {
                wrong = co_await database_.read([](pg::transaction& t) { return pg::check_schema(t); },
                                                std::chrono::steady_clock::now() + warm_up_patience);
                schema_known_ = wrong.empty();
            } catch (const std::exception& e) {
                log_->warn("the database does not answer yet: {}", e.what());
            }
            if (schema_known_) break;
            if (!wrong.empty()) {
                log_->critical("{}", wrong);
                give_up();
                co_return;
            }
            timer.expires_after(schema_retry);
            co_await timer.async_wait(async::use);
        }
        co_await start_user_types(database_, user_types_, std::move(types_file_));
        upkeep_.spawn([this] { return follow_user_types(watch_, user_types_); });
        if (const auto failed =
                co_await producer_.warm_up(std::chrono::steady_clock::now() + warm_up_patience);
            failed)
            log_->warn("the brokers do not answer yet: {}", failed.message());
    }

    async::awaitable<void> live() {
        co_await async::stop_signal();
        log_->info("stopping");
        stopping_ = true;
        for (std::size_t i = 0; i < listeners_.size(); ++i) {
            // On its own shard, awaited from here.
            auto stop = [l = listeners_[i].get()] {
                return l->stop();
            };
            co_await asio::co_spawn(shards_.get_executor(i), std::move(stop), async::use);
        }
        upkeep_.stop();
        co_await upkeep_.join(std::chrono::steady_clock::now());
        co_await write_activity(database_, activity_, clock_);
        co_await reader_.stop();
        co_await desk_.stop();
        co_await producer_.stop(std::chrono::steady_clock::now() + flush_patience);
        co_await admin_->stop();
    }

    config config_;
    std::string instance_;
    std::shared_ptr<spdlog::logger> log_ = log::get("api");
    system_clock clock_;
    voltlane::metrics::registry registry_;
    async::shards shards_;
    pg::metrics pg_metrics_;
    pg::metrics search_metrics_;
    kafka::producer_metrics producer_metrics_;
    kafka::consumer_metrics consumer_metrics_;
    metrics metrics_;
    pg::pool database_;
    pg::pool searches_; // what may take seconds, and must not keep others from logging in
    pg::pool watch_;    // what must not wait behind requests
    kafka::producer producer_;
    presence_view presence_;
    revocations revocations_;
    event_hub hub_;
    command_desk desk_;
    decision_desk decisions_;
    tokens tokens_;
    passwords passwords_;
    login_guard guard_;
    activity activity_;
    authenticator authenticator_;
    user_type_catalog user_types_;
    std::optional<types_file> types_file_; // until it was applied
    rate_limits rates_;
    live_reader reader_;
    std::unique_ptr<all_routes> routes_;
    trusted_proxies proxies_;
    rate_metrics rate_metrics_;
    dispatcher dispatcher_;
    async::task_group upkeep_;
    std::vector<std::unique_ptr<http::listener>> listeners_;
    std::unique_ptr<http::admin_server> admin_;
    bool schema_known_ = false;
    bool stopping_ = false;
    int exit_code_ = 0;
};

} // namespace

int run(const config& c) {
    if (sodium_init() < 0) {
        log::get("api")->critical("libsodium does not start");
        return 1;
    }
    std::string wrong;
    auto keys = token_keys::load(
        {c.jwt_algorithm, c.jwt_key, c.jwt_previous_keys, c.jwt_key_file, c.jwt_previous_key_files}, wrong);
    if (!keys) {
        log::get("api")->critical("{}", wrong);
        return 2;
    }
    auto declared = read_declared_types(c);
    if (declared && !declared->faults.empty()) {
        for (const auto& fault : declared->faults)
            log::get("api")->critical("{}: {}", c.user_types_file, fault);
        return 2;
    }
    app a(c, std::move(*keys), std::move(declared));
    return a.run();
}

std::string describe_routes() {
    if (sodium_init() < 0) return {};
    config nothing;
    // The producer's client dials at once, whatever it is made for: to where nobody answers, and without a
    // word.
    nothing.kafka = "127.0.0.1:1";
    log::get("kafka")->set_level(spdlog::level::off);
    nothing.threads = 1;
    nothing.database_connections = 1;
    nothing.search_connections = 1;
    nothing.password_threads = 1;
    return app(nothing, token_keys::of_secret({})).describe();
}

} // namespace voltlane::api
