#include "simulator/charger/call_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voltlane::simulator {
namespace {

using ocpp::v16::action;
using ::testing::HasSubstr;

constexpr timestamp now{std::chrono::seconds(1'750'000'000)};

outgoing_call ordinary(action a = action::heartbeat) {
    outgoing_call c;
    c.action = a;
    c.payload = "{}";
    return c;
}

outgoing_call of(const std::shared_ptr<transaction>& t, action a) {
    outgoing_call c;
    c.action = a;
    c.of = t;
    c.payload = R"({"connectorId":1})";
    return c;
}

std::string depart(call_queue& q, gate g = gate::open, timestamp at = now) {
    const auto d = q.depart(at, g);
    return d ? d->frame : std::string();
}

TEST(call_queue, lets_one_call_go_at_a_time_in_order) {
    call_queue q;
    const auto t = std::make_shared<transaction>();
    q.push(of(t, action::start_transaction));
    q.push(ordinary(action::status_notification));
    q.push(of(t, action::meter_values));
    EXPECT_EQ(depart(q), R"([2,"1","StartTransaction",{"connectorId":1}])");
    EXPECT_EQ(depart(q), "");
    EXPECT_FALSE(q.take("7"));
    EXPECT_TRUE(q.take("1"));
    EXPECT_FALSE(q.take("1"));
    EXPECT_THAT(depart(q), HasSubstr("StatusNotification"));
    q.take();
    t->id = 55;
    EXPECT_EQ(depart(q), R"([2,"3","MeterValues",{"transactionId":55,"connectorId":1}])");
    q.take();
    EXPECT_TRUE(q.empty());
}

TEST(call_queue, knows_what_may_go) {
    struct row {
        gate g;
        bool boot, heartbeat, triggered, transaction;
    };
    for (const auto& r :
         {row{gate::closed, false, false, false, false}, row{gate::boot, true, false, false, false},
          row{gate::triggered, true, false, true, false}, row{gate::open, true, true, true, true}}) {
        const auto goes = [&r](outgoing_call c) {
            call_queue q;
            q.push(std::move(c));
            return !depart(q, r.g).empty();
        };
        auto triggered = ordinary();
        triggered.triggered = true;
        EXPECT_EQ(goes(ordinary(action::boot_notification)), r.boot);
        EXPECT_EQ(goes(ordinary()), r.heartbeat);
        EXPECT_EQ(goes(triggered), r.triggered);
        EXPECT_EQ(goes(of(std::make_shared<transaction>(), action::stop_transaction)), r.transaction);
    }
}

TEST(call_queue, a_disconnect_keeps_transaction_messages_and_drops_the_rest) {
    call_queue q;
    const auto t = std::make_shared<transaction>();
    q.push(of(t, action::start_transaction));
    q.push(ordinary(action::authorize));
    q.push(of(t, action::stop_transaction));
    EXPECT_THAT(depart(q), HasSubstr("\"1\",\"StartTransaction\""));
    std::vector<action> lost;
    q.on_disconnected([&lost](const outgoing_call& c) { lost.push_back(c.action); });
    EXPECT_THAT(lost, ::testing::ElementsAre(action::authorize));
    EXPECT_THAT(depart(q), HasSubstr("\"2\",\"StartTransaction\"")); // again, under a new id
    q.take();
    EXPECT_THAT(depart(q), HasSubstr(R"("StopTransaction",{"transactionId":-1,)"));
}

TEST(call_queue, an_ordinary_call_under_way_is_lost_with_the_connection) {
    call_queue q;
    q.push(ordinary());
    depart(q);
    int lost = 0;
    q.on_disconnected([&lost](const outgoing_call&) { ++lost; });
    EXPECT_EQ(lost, 1);
    EXPECT_TRUE(q.empty());
}

TEST(call_queue, a_retry_waits_and_holds_back_what_follows) {
    call_queue q;
    const auto t = std::make_shared<transaction>();
    q.push(of(t, action::start_transaction));
    q.push(of(t, action::meter_values));
    q.push(ordinary());
    depart(q);
    q.retry(*q.take(), after(now, 10));
    EXPECT_THAT(depart(q), HasSubstr("Heartbeat")); // others may overtake
    q.take();
    EXPECT_EQ(depart(q), "");
    EXPECT_EQ(q.due(gate::open), after(now, 10));
    EXPECT_EQ(q.due(gate::closed), never);
    EXPECT_THAT(depart(q, gate::open, after(now, 10)), HasSubstr("StartTransaction"));
}

TEST(call_queue, when_full_the_oldest_values_go_and_never_a_stop) {
    call_queue q;
    const auto t = std::make_shared<transaction>();
    EXPECT_TRUE(q.push(of(t, action::start_transaction)));
    for (std::size_t i = 0; i + 2 < call_queue::max_kept; ++i)
        EXPECT_TRUE(q.push(of(t, action::meter_values)));
    EXPECT_TRUE(q.push(of(t, action::stop_transaction)));
    EXPECT_FALSE(q.push(of(t, action::stop_transaction)));
    EXPECT_EQ(q.kept(), call_queue::max_kept);
    EXPECT_THAT(depart(q), HasSubstr("StartTransaction"));
}

TEST(call_queue, refuses_ordinary_calls_beyond_its_bound) {
    call_queue q;
    for (std::size_t i = 0; i < call_queue::max_ordinary; ++i)
        EXPECT_TRUE(q.push(ordinary()));
    EXPECT_FALSE(q.push(ordinary()));
}

} // namespace
} // namespace voltlane::simulator
