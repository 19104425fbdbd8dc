#pragma once

#include "shared/ocpp/frame.hpp"
#include "simulator/charger/charge_point.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace voltlane::simulator {

// One charge point with a central system that answers everything, in a time of its own.
class rig {
public:
    static constexpr timestamp start{std::chrono::seconds(1'750'000'000)};

    explicit rig(scenario s, std::uint64_t seed = 1, std::uint64_t number = 1)
        : plan(std::move(s))
        , point({"CP-1", seed, number}, plan, counts, start, 0) {
        run_for(0); // it dials
    }

    struct call {
        std::string id;
        std::string action;
        boost::json::object payload;
        timestamp at;
    };

    // What the central system answers to an action; replace to change it. Returning nullopt: silence. A text
    // that begins with '!' is a CALLERROR of that code.
    using answerer = std::function<std::optional<std::string>(const call&)>;
    std::map<std::string, answerer> answers;

    scenario plan;
    statistics counts;
    timestamp now = start;
    std::vector<call> calls;          // all that it sent
    std::vector<std::string> replies; // its answers to our commands
    std::vector<std::string> log;     // every frame it sent, in order
    std::vector<line_wish> wishes;
    bool server_up = true; // dials succeed
    bool connected = false;
    charge_point point;

    // Lets time pass, doing what is due.
    void run_for(double seconds) {
        const auto end = after(now, seconds);
        while (point.due() <= end) {
            now = std::max(now, point.due());
            point.on_due(now);
            perform();
            ASSERT_LT(++steps_, 1'000'000) << "it never comes to rest";
        }
        now = end;
    }
    bool run_until(const std::function<bool()>& condition, double most_seconds = 600) {
        for (double passed = 0; passed < most_seconds && !condition(); passed += 0.5)
            run_for(0.5);
        return condition();
    }

    // The connection ends.
    void lose() {
        connected = false;
        point.on_down(now);
        perform();
    }

    void receive(const std::string& text) {
        point.on_frame(parser_.parse(text), now);
        perform();
    }
    // Sends a command; the text of its answer, empty where there is none.
    std::string command(const std::string& action, const std::string& payload) {
        const auto before = replies.size();
        receive("[2,\"c" + std::to_string(++commands_) + "\",\"" + action + "\"," + payload + "]");
        return replies.size() > before ? replies.back() : std::string();
    }
    // The status member of the answer, or the error code.
    std::string outcome(const std::string& action, const std::string& payload) {
        const auto text = command(action, payload);
        if (text.empty()) return "(none)";
        const auto frame = boost::json::parse(text).as_array();
        if (frame[0].as_int64() == 4) return std::string(frame[2].as_string());
        const auto* status = frame[2].as_object().if_contains("status");
        return status == nullptr ? "(no status)" : std::string(status->as_string());
    }

    std::vector<call> sent(const std::string& action) const {
        std::vector<call> found;
        for (const auto& c : calls)
            if (c.action == action) found.push_back(c);
        return found;
    }
    std::vector<std::string> statuses(int connector) const {
        std::vector<std::string> found;
        for (const auto& c : sent("StatusNotification"))
            if (c.payload.at("connectorId").as_int64() == connector)
                found.emplace_back(c.payload.at("status").as_string());
        return found;
    }
    static std::string text(const call& c, const std::string& name) {
        return std::string(c.payload.at(name).as_string());
    }
    static std::int64_t integer(const call& c, const std::string& name) {
        return c.payload.at(name).as_int64();
    }

    void perform() {
        auto out = point.take();
        for (const auto& frame : out.frames)
            on_frame_of_charger(frame);
        if (out.line == line_wish::none) return;
        wishes.push_back(out.line);
        if (out.line == line_wish::dial) {
            connected = server_up;
            if (server_up)
                point.on_up(now);
            else
                point.on_down(now);
            perform();
        } else {
            connected = false;
        }
    }

private:
    void on_frame_of_charger(const std::string& text) {
        ASSERT_TRUE(connected) << text;
        log.push_back(text);
        boost::json::error_code ec;
        const auto value = boost::json::parse(text, ec);
        if (ec) return; // broken on purpose
        const auto& frame = value.as_array();
        if (frame[0].as_int64() != 2) {
            replies.push_back(text);
            return;
        }
        calls.push_back({std::string(frame[1].as_string()), std::string(frame[2].as_string()),
                         frame[3].as_object(), now});
        const auto c = calls.back();
        const auto at = answers.find(c.action);
        const auto answer = at != answers.end() ? at->second(c) : usual_answer(c);
        if (!answer) return;
        if (answer->starts_with('!'))
            receive("[4,\"" + c.id + "\",\"" + answer->substr(1) + "\",\"\",{}]");
        else
            receive("[3,\"" + c.id + "\"," + *answer + "]");
    }
    std::optional<std::string> usual_answer(const call& c) {
        const auto time = "\"currentTime\":\"" + format_millis(now) + "\"";
        if (c.action == "BootNotification") return R"({"status":"Accepted","interval":300,)" + time + "}";
        if (c.action == "Heartbeat") return "{" + time + "}";
        if (c.action == "Authorize") return R"({"idTagInfo":{"status":"Accepted"}})";
        if (c.action == "StartTransaction")
            return R"({"idTagInfo":{"status":"Accepted"},"transactionId":)" + std::to_string(next_id_++) +
                   "}";
        if (c.action == "SignCertificate") return R"({"status":"Accepted"})";
        return "{}";
    }

    ocpp::frame_parser parser_;
    int next_id_ = 1000;
    int commands_ = 0;
    int steps_ = 0;
};

// One connector, quick and without chance.
inline scenario plain_scenario() {
    scenario s;
    s.station.connectors = 1;
    s.station.kw = {11, 11};
    s.station.restart = {5, 5};
    s.configuration = {{"MeterValueSampleInterval", "10"}};
    s.tags = {"TAG-1"};
    s.sessions.pause = {10, 10};
    s.sessions.tag_after = {2, 2};
    s.sessions.plug_after = {2, 2};
    s.sessions.length = {60, 60};
    s.sessions.unplug_after = {5, 5};
    s.sessions.by_cable = 0;
    s.sessions.suspends = 0;
    s.cars = {{50, 50}, {30, 30}, {11, 11}};
    s.network.connect_within = 0;
    s.network.reconnect = {2, 2};
    s.network.jitter = 0;
    return s;
}
// The same, where nobody comes by themselves.
inline scenario idle_scenario() {
    auto s = plain_scenario();
    s.sessions.spontaneous = false;
    s.sessions.length = {3600, 3600};
    return s;
}

} // namespace voltlane::simulator
