#pragma once

#include "gateway/session/call_session.hpp"
#include "gateway/v16/adapter.hpp"
#include "shared/base/sealed.hpp"
#include "shared/events/inbound.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// A session on the bench: events go in by verbs, what it asked for stands in the records.
namespace voltlane::gateway::testing {

struct published_event {
    std::string value;
    std::string id;
    bool awaited = false;

    events::inbound_record parsed() const {
        auto r = events::inbound_record::parse(value);
        EXPECT_TRUE(r.has_value()) << value;
        return std::move(*r);
    }
};

class recorder final : public session_effects {
public:
    void publish_event(std::string_view value, std::string_view event_id, bool awaited) override {
        events.push_back({std::string(value), std::string(event_id), awaited});
    }
    void publish_reply(const events::reply& r, bool awaited) override {
        replies.push_back(r);
        awaited_replies += awaited ? 1 : 0;
    }
    void send(std::string frame, std::string_view shown) override {
        sent.push_back(std::move(frame));
        shown_texts.emplace_back(shown);
    }
    void close(close_code code, std::string_view reason) override {
        closed = code;
        close_reason = reason;
    }
    void note(std::string_view line) override { notes.emplace_back(line); }

    std::vector<published_event> events;
    std::vector<events::reply> replies;
    int awaited_replies = 0;
    std::vector<std::string> sent;
    std::vector<std::string> shown_texts;
    std::optional<close_code> closed;
    std::string close_reason;
    std::vector<std::string> notes;
};

inline constexpr std::string_view test_key =
    "0000000000000000000000000000000000000000000000000000000000000007";

class session_bench {
public:
    session_bench() {
        directory.apply(events::tenant_entry{.id = tenant_id{1}, .key_hash = "hash"});
        directory.apply(events::id_tag_entry{.tenant = tenant_id{1},
                                             .id_tag_folded = "tag1",
                                             .status = "Accepted",
                                             .account = account_id{7},
                                             .user_type = "staff"});
        restart();
    }

    // Another connection of the same charger, with another epoch.
    void restart() {
        session_identity who{{tenant_id{1}, "bura"}, "BURA", directory.tenant(tenant_id{1})};
        out = {};
        session = std::make_unique<call_session>(environment, out, std::move(who), now);
    }

    void wait(std::chrono::milliseconds by) {
        now.wall += by;
        now.steady += by;
    }
    void open(std::int64_t offset = 100) { session->on_opened({1, offset}, "10.0.0.1", now); }
    // The broker acknowledges what is awaited, until nothing is.
    void acknowledge() { session->on_delivered(true, now); }
    void fail() { session->on_delivered(false, now); }
    void say(std::string_view text) { session->on_text(text, now); }
    void written() {
        while (written_ < out.sent.size()) {
            ++written_;
            session->on_written(now);
        }
    }
    void open_and_boot() {
        open();
        acknowledge();
        say(R"([2,"boot","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}])");
        acknowledge();
        out.sent.clear();
        out.events.clear();
        session->on_written(now);
    }
    events::command make_command(std::string id, std::string action = "Reset",
                                 std::string payload = R"({"type":"Soft"})") {
        events::command c;
        c.id = command_id{std::move(id)};
        c.key = {tenant_id{1}, "bura"};
        c.gateway = "gateway-1";
        c.connection = session->connection();
        c.action = std::move(action);
        c.payload = std::move(payload);
        c.by = account_id{7};
        c.created_at = now.wall;
        c.deadline = now.wall + std::chrono::seconds(60);
        return c;
    }
    void command(events::command c) { session->on_command(std::move(c), now); }

    instant now{timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)),
                clock::steady_point(std::chrono::hours(1))};
    directory_view directory;
    ocpp::frame_parser parser;
    v16::adapter adapter{v16::boot_intervals{}};
    session_stats stats;
    sealing_key key = sealing_key::from_hex(test_key).value();
    session_environment environment{.adapter = adapter,
                                    .parser = parser,
                                    .stats = stats,
                                    .gateway = "gateway-1",
                                    .command_key = &key,
                                    .calls_per_second = 200,
                                    .notes = true};
    recorder out;
    std::unique_ptr<call_session> session;

private:
    std::size_t written_ = 0;
};

inline constexpr std::string_view start_call =
    R"([2,"s1","StartTransaction",{"connectorId":1,"idTag":"TAG1","meterStart":0,"timestamp":"2026-11-21T00:00:00Z"}])";
inline constexpr std::string_view meter_call =
    R"([2,"m1","MeterValues",{"connectorId":1,"transactionId":5,"meterValue":[{"timestamp":"2026-11-21T00:00:10Z","sampledValue":[{"value":"1"}]}]}])";
inline constexpr std::string_view status_call =
    R"([2,"st1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}])";

} // namespace voltlane::gateway::testing
