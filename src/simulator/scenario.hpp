#pragma once

#include "simulator/range.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace voltlane::simulator {

enum class boot_habit : std::uint8_t { on_connect, on_restart, none };
enum class outage_kind : std::uint8_t {
    cut,       // the TCP connection ends without a word
    close,     // the WebSocket is closed as it should be
    half_open, // the charger forgets its socket, the server learns nothing
};
enum class ending : std::uint8_t {
    stop,   // running transactions are stopped and reported, then the sockets close
    close,  // the sockets close, transactions stay open
    vanish, // the sockets are cut
};

// What happens, as plain values: read from a file by scenario_reader, its keys are documented in
// scenarios/demo.yaml and scenarios/misbehave.yaml. Times in seconds, shares and chances from 0 to 1: a share
// is of the chargers (decided once for each), a chance is taken each time.
struct scenario {
    struct station_part {
        std::string vendor = "Voltlane";
        std::string model = "Simulated";
        std::string firmware = "1.0.0";
        int connectors = 2;
        bool dc = false;
        int phases = 3;
        double voltage = 230;
        range kw{11, 22}; // of one connector
        range restart{3, 8};
        boot_habit boots = boot_habit::on_connect;
        bool security_events = false;
    } station;

    std::vector<std::pair<std::string, std::string>> configuration; // keys set at the factory
    std::vector<std::string> tags{"DEMO-TAG-1"};

    struct sessions_part {
        bool spontaneous = true;   // false: cars come by RemoteStartTransaction only
        range pause{5, 20};        // nobody at the connector
        range tag_after{2, 6};     // from plugging in to showing the tag
        range plug_after{1, 5};    // from a remote start to plugging in
        range length{60, 180};     // charging
        range unplug_after{3, 10}; // from the end to pulling the cable
        double unknown_tag = 0;
        double by_cable = 0.2; // ended by pulling the cable, not by the tag
        double suspends = 0.2; // the car pauses once
        range suspended{10, 20};
        double no_show = 0; // nobody plugs in after a remote start
        double faults = 0;  // the connector fails in the session
        range faulted{10, 30};
    } sessions;

    struct cars_part {
        range battery_kwh{40, 80};
        range soc{20, 70}; // percent, on arrival
        range kw{7, 22};
    } cars;

    struct network_part {
        double connect_within = 5; // all chargers dial within this time from the start
        range reconnect{1, 60};    // first and longest delay
        double jitter = 0.5;       // part of a delay that is left to chance
        struct outages_part {
            range every{0, 0};     // 0: never
            range lasting{1, 5};   // before it dials again
            bool together = false; // all chargers at once, every `every.least` from the start
            outage_kind kind = outage_kind::cut;
        } outages;
    } network;

    struct misbehaviour_part {
        // shares
        double kwh_units = 0;
        double number_values = 0; // sampledValue.value as a JSON number
        double no_clock = 0;      // 1970 and on
        double wrong_clock = 0;
        range clock_error{-7200, 7200};
        double status_flood = 0; // repeats its status every `flood_every`
        range flood_every{1, 2};
        // chances of a transaction
        double repeated_start = 0; // the answered start is sent again
        double repeated_stop = 0;
        double missing_stop = 0;
        double missing_id = 0; // -1 in its meter values and stop
        double late_values = 0;
        double meter_reset = 0; // the register starts at 0 in the middle
        // chances of a message
        double broken_frames = 0;
        double unanswered_commands = 0;
    } misbehaviour;

    ending at_end = ending::stop;
};

} // namespace voltlane::simulator
