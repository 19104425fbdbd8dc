#include "api/app.hpp"

#include "api/auth/upkeep.hpp"
#include "api/dispatcher.hpp"
#include "api/live/live_reader.hpp"
#include "api/routes/all.hpp"
#include "shared/async/descriptors.hpp"
#include "shared/async/shards.hpp"
#include "shared/async/stop_signal.hpp"
#include "shared/base/log.hpp"
#include "shared/events/topics.hpp"
#include "shared/http/acceptor.hpp"
#include "shared/http/admin_server.hpp"
#include "shared/http/listener.hpp"
#include "shared/pg/migrations.hpp"

#include <memory>
#include <vector>

#include <sodium.h>

namespace voltlane::api {
namespace {

namespace asio = boost::asio;

// Requests that wait for a connection; at a millisecond each and eight connections that is a quarter of a
// second. More are refused with 503 at once.
constexpr std::size_t most_waiting_jobs = 2'000;
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

host_port address_of(const std::string& text) {
    host_port address;
    parse_host_port(text, address);
    return address;
}

// The process's parts in the order of their start; stopped in reverse.
class app {
public:
    explicit app(const config& c)
        : config_(c)
        , instance_(instance_of(c))
        , shards_(static_cast<std::size_t>(c.threads))
        , pg_metrics_(registry_)
        , producer_metrics_(registry_)
        , consumer_metrics_(registry_)
        , metrics_(registry_)
        , database_({c.database_url, pg::role::api, "voltlane-api"},
                    static_cast<std::size_t>(c.database_connections), most_waiting_jobs, pg_metrics_)
        , producer_(producer_settings(), home(), executors(shards_), producer_metrics_)
        , presence_(clock_)
        , revocations_(clock_)
        , hub_(clock_, metrics_)
        , desk_(home(), producer_, presence_, clock_, metrics_)
        , decisions_(producer_, instance_, clock_)
        , tokens_(c.jwt_key, std::chrono::seconds(c.access_seconds), std::chrono::seconds(c.refresh_seconds),
                  clock_)
        , passwords_(static_cast<std::size_t>(c.password_threads))
        , guard_(clock_)
        , authenticator_(tokens_, revocations_, database_, clock_)
        , reader_(home(), client(), consumer_metrics_, database_, presence_, desk_, hub_, clock_, metrics_)
        , routes_(make_routes())
        , dispatcher_(routes_->table, authenticator_, cors(c.dashboard_origin), metrics_)
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

    std::unique_ptr<all_routes> make_routes() {
        std::optional<sealing_key> key;
        if (!config_.command_key.empty()) key = sealing_key::from_hex(config_.command_key).value();
        auto abandon = [this](charger_key point, account_id by, std::size_t shard) {
            return abandon_sessions(std::move(point), by, shard);
        };
        const command_routes::settings s{std::chrono::seconds(config_.command_seconds),
                                         std::chrono::seconds(config_.vouch_seconds)};
        auto made = std::make_unique<all_routes>(all_routes{
            .signup = {database_, passwords_, guard_, metrics_},
            .login = {database_, passwords_, guard_, tokens_, authenticator_, revocations_, metrics_},
            .profile = {database_, config_.public_gateway_url},
            .charge_points = {database_, presence_, std::move(abandon)},
            .user_prices = user_price_routes(database_),
            .sessions = {database_, clock_},
            .figures = {database_, clock_},
            .decisions = {database_, decisions_, clock_},
            .commands = {database_, presence_, desk_, std::move(key), s, clock_, metrics_},
            .command_log = command_log_routes(database_),
            .id_tags = id_tag_routes(database_),
            .events = {hub_, authenticator_, revocations_, clock_, metrics_},
        });
        made->fill();
        return made;
    }

    // The row says deleted already; a broker that is away costs no more than sessions that stay open until
    // somebody closes them.
    async::awaitable<void> abandon_sessions(charger_key point, account_id by, std::size_t shard) {
        const auto told =
            co_await decisions_.decide(point, session_id(0), "abandon", std::nullopt, by, shard);
        if (!told)
            log_->warn("open sessions of the deleted {} were not ended: {}", to_string(point),
                       told.error().message());
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
        return reader_.caught_up() ? "" : "presence and replies are not read yet";
    }

    // A process refuses a schema that it does not know; a database that is away is waited for, while what
    // needs none is served.
    async::awaitable<void> begin() {
        upkeep_.spawn([this] { return keep_revocations(database_, revocations_, clock_, metrics_); });
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
                exit_code_ = 1;
                shards_.stop();
                co_return;
            }
            timer.expires_after(schema_retry);
            co_await timer.async_wait(async::use);
        }
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
    kafka::producer_metrics producer_metrics_;
    kafka::consumer_metrics consumer_metrics_;
    metrics metrics_;
    pg::pool database_;
    kafka::producer producer_;
    presence_view presence_;
    revocations revocations_;
    event_hub hub_;
    command_desk desk_;
    decision_desk decisions_;
    tokens tokens_;
    passwords passwords_;
    login_guard guard_;
    authenticator authenticator_;
    live_reader reader_;
    std::unique_ptr<all_routes> routes_;
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
    app a(c);
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
    nothing.password_threads = 1;
    return app(nothing).describe();
}

} // namespace voltlane::api
