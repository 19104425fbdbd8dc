#include "simulator/net/fleet.hpp"

#include "shared/base/log.hpp"

#include <algorithm>

#include <boost/asio/ip/basic_resolver.hpp>

namespace voltlane::simulator {
namespace {

namespace asio = boost::asio;

// A local address has 28,000 ports to dial from; on the loopback network there are more addresses.
constexpr std::size_t chargers_per_address = 20'000;
constexpr std::uint32_t first_loopback = 0x7F000001;
constexpr std::chrono::milliseconds look_every{10};   // while stopping
constexpr std::chrono::milliseconds last_moment{200}; // after the cut, for coroutines to end

void report(std::exception_ptr failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        log::get("sim")->error("a connection failed: {}", e.what());
    }
}

} // namespace

fleet::fleet(async::executor ex, fleet_settings settings, dial_address address, const scenario& plan,
             statistics& counts)
    : settings_(std::move(settings))
    , plan_(plan)
    , counts_(counts)
    , group_(ex, report)
    , wheel_(ex)
    , alarm_(ex)
    , yard_{ex, group_, wheel_, std::move(address), {}} {}

fleet::~fleet() {
    alarm_.stop();
}

async::awaitable<void> fleet::start() {
    asio::ip::basic_resolver<async::tcp, async::executor> resolver(yard_.executor);
    const auto port = std::to_string(yard_.address.port);
    const auto found = co_await resolver.async_resolve(yard_.address.host, port, async::use);
    for (const auto& entry : found)
        yard_.endpoints.push_back(entry.endpoint());
    wheel_.start();
    const charger::surroundings around{alarm_, yard_, parser_, counts_};
    const auto count = static_cast<double>(settings_.chargers);
    for (std::size_t i = 0; i < settings_.chargers; ++i) {
        charge_point::identity who{settings_.prefix + "-" + std::to_string(i + 1), settings_.seed, i + 1};
        const double dial_after = plan_.network.connect_within * static_cast<double>(i) / count;
        chargers_.emplace_back(around, std::move(who), plan_, dial_after, source_of(i));
        chargers_.back().start();
    }
}

std::optional<asio::ip::address> fleet::source_of(std::size_t number) const {
    const auto& to = yard_.endpoints.front().address();
    if (settings_.chargers <= chargers_per_address || !to.is_v4() || !to.is_loopback()) return std::nullopt;
    return asio::ip::make_address_v4(first_loopback +
                                     static_cast<std::uint32_t>(number / chargers_per_address));
}

bool fleet::all_gone() const {
    // Half-open lines have no end of their own.
    return std::all_of(yard_.lines.begin(), yard_.lines.end(),
                       [](const auto& l) { return l->is_abandoned(); }) &&
           std::all_of(chargers_.begin(), chargers_.end(), [](const charger& c) { return c.point().gone(); });
}

async::awaitable<void> fleet::stop(async::steady_point deadline) {
    for (auto& c : chargers_)
        c.leave();
    async::steady_timer timer(yard_.executor);
    while (!all_gone() && std::chrono::steady_clock::now() < deadline) {
        timer.expires_after(look_every);
        co_await timer.async_wait(async::use_tuple);
    }
    for (auto& c : chargers_)
        c.leave_at_once();
    const auto lines = yard_.lines;
    for (const auto& l : lines)
        l->cut();
    alarm_.stop();
    wheel_.stop();
    group_.stop();
    co_await group_.join(std::chrono::steady_clock::now() + last_moment);
    yard_.lines.clear();
}

fleet::present fleet::look() const {
    present p;
    for (const auto& c : chargers_) {
        p.connected += c.point().is_up() ? 1 : 0;
        p.accepted += c.point().is_accepted() ? 1 : 0;
        p.charging += static_cast<std::size_t>(c.point().charging());
    }
    return p;
}

} // namespace voltlane::simulator
