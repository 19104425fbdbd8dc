#include "simulator/app.hpp"

#include "shared/async/descriptors.hpp"
#include "shared/async/stop_signal.hpp"
#include "shared/base/log.hpp"
#include "shared/http/admin_server.hpp"
#include "simulator/metrics.hpp"
#include "simulator/scenario_reader.hpp"
#include "simulator/summary.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>

namespace voltlane::simulator {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds update_every{1};
constexpr unsigned updates_per_line = 30;        // of the log
constexpr std::chrono::milliseconds drain{1000}; // what the scenario's ending may take

class app {
public:
    app(const config& c, scenario plan)
        : config_(c)
        , log_(log::get("sim"))
        , plan_(std::move(plan))
        , metrics_(registry_)
        , fleet_(context_.get_executor(),
                 {c.prefix, static_cast<std::size_t>(c.chargers), static_cast<std::uint64_t>(c.seed)},
                 *parse_dial_address(c.url), plan_, counts_) {
        if (c.admin_listen.empty()) return;
        host_port listen;
        parse_host_port(c.admin_listen, listen);
        admin_ = std::make_unique<http::admin_server>(context_.get_executor(), listen, registry_, [this] {
            return stopping_ ? std::string("stopping") : std::string();
        });
    }

    int run() {
        asio::co_spawn(context_.get_executor(), live(), [this](std::exception_ptr failure) {
            context_.stop();
            if (failure) std::rethrow_exception(failure);
        });
        context_.run();
        return ever_accepted_ ? 0 : 1;
    }

private:
    async::awaitable<void> live() {
        using namespace asio::experimental::awaitable_operators;
        const auto began = std::chrono::steady_clock::now();
        if (admin_) admin_->start();
        co_await fleet_.start();
        log_->info("{} chargers {}-1 and on dial {}", config_.chargers, config_.prefix,
                   parse_dial_address(config_.url)->host_header());
        auto end = async::steady_point::max();
        if (config_.duration > 0) end = began + std::chrono::seconds(config_.duration);
        co_await (async::stop_signal() || watch(end));
        stopping_ = true;
        look();
        run_facts facts;
        facts.chargers = static_cast<std::size_t>(config_.chargers);
        facts.accepted = fleet_.look().accepted;
        facts.seed = config_.seed;
        co_await fleet_.stop(std::chrono::steady_clock::now() + drain);
        if (admin_) co_await admin_->stop();
        facts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        tell(facts);
    }

    // Until `end`.
    async::awaitable<void> watch(async::steady_point end) {
        async::steady_timer timer(context_.get_executor());
        for (unsigned n = 1; std::chrono::steady_clock::now() < end; ++n) {
            timer.expires_at(std::min(end, std::chrono::steady_clock::now() + update_every));
            co_await timer.async_wait(async::use);
            const auto present = look();
            if (n % updates_per_line == 0)
                log_->info("{} of {} connected, {} charging, {} sessions started, {} ended, {:.3f} kWh",
                           present.connected, config_.chargers, present.charging, counts_.sessions_started,
                           counts_.sessions_ended, static_cast<double>(counts_.energy_wh) / 1000);
        }
    }

    fleet::present look() {
        const auto present = fleet_.look();
        ever_accepted_ = ever_accepted_ || present.accepted > 0;
        metrics_.update(present, counts_);
        return present;
    }

    void tell(const run_facts& facts) const {
        std::cout << summary_text(facts, counts_) << std::flush;
        if (config_.summary_json.empty()) return;
        std::ofstream out(config_.summary_json);
        if (!(out << summary_json(facts, counts_) << std::flush))
            log_->error("{} cannot be written", config_.summary_json);
    }

    const config& config_;
    std::shared_ptr<spdlog::logger> log_;
    scenario plan_;
    asio::io_context context_{1};
    metrics::registry registry_;
    sim_metrics metrics_;
    statistics counts_;
    fleet fleet_;
    std::unique_ptr<http::admin_server> admin_;
    bool ever_accepted_ = false;
    bool stopping_ = false;
};

} // namespace

int run(const config& c) {
    scenario_file file;
    if (!c.scenario.empty()) file = load_scenario(c.scenario);
    for (const auto& error : file.errors)
        std::cerr << "voltlane-sim: " << error << "\n";
    if (!file.errors.empty()) return 2;
    async::raise_descriptor_limit();
    try {
        return std::make_unique<app>(c, std::move(file.value))->run();
    } catch (const boost::system::system_error& e) {
        log::get("sim")->critical("cannot run: {}", e.code().message());
        return 1;
    } catch (const std::exception& e) {
        log::get("sim")->critical("cannot run: {}", e.what());
        return 1;
    }
}

} // namespace voltlane::simulator
