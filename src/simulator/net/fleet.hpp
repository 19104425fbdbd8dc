#pragma once

#include "simulator/net/charger.hpp"

#include <deque>
#include <string>

namespace voltlane::simulator {

struct fleet_settings {
    std::string prefix = "SIM";
    std::size_t chargers = 1;
    std::uint64_t seed = 1;
};

// All chargers of a process, on one thread.
class fleet {
public:
    fleet(async::executor ex, fleet_settings settings, dial_address address, const scenario& plan,
          statistics& counts);
    ~fleet();
    fleet(const fleet&) = delete;
    fleet& operator=(const fleet&) = delete;

    // Resolves the host and lets the chargers dial, spread as the scenario says. Throws
    // boost::system::system_error where the host has no address.
    async::awaitable<void> start();
    // Ends as the scenario says; what is not over at the deadline is cut.
    async::awaitable<void> stop(async::steady_point deadline);

    struct present {
        std::size_t connected = 0;
        std::size_t accepted = 0;
        std::size_t charging = 0; // connectors
    };
    present look() const;

private:
    std::optional<async::asio::ip::address> source_of(std::size_t number) const;
    bool all_gone() const;

    fleet_settings settings_;
    const scenario& plan_;
    statistics& counts_;
    async::task_group group_;
    async::deadline_wheel wheel_;
    alarm_clock alarm_;
    ocpp::frame_parser parser_;
    line_yard yard_;
    std::deque<charger> chargers_;
};

} // namespace voltlane::simulator
