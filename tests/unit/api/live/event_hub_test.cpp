#include "api/live/event_hub.hpp"

#include "api/routes/event_stream.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

class event_hub_test : public ::testing::Test {
protected:
    event_hub_test() {
        live_position start;
        for (auto& log : start.logs) {
            log.generation = 1;
            log.next = {0, 0};
        }
        hub_.begin(start);
    }
    // A session's change by its id, at the next offset of partition 0.
    void session(std::int64_t id, bool update, std::int64_t owner = 0, std::int64_t tenant = 1) {
        live_event e;
        e.type = "session";
        e.data = std::to_string(id);
        e.offset = offset_++;
        e.tenant = tenant_id(tenant);
        e.owner = account_id(owner);
        hub_.advance(live_topic::sessions, 0, offset_);
        hub_.add(std::move(e), update, id);
    }
    void station(std::int64_t tenant) {
        live_event e;
        e.type = "station";
        e.data = "s";
        e.topic = live_topic::stations;
        e.offset = stations_++;
        e.tenant = tenant_id(tenant);
        hub_.advance(live_topic::stations, 0, stations_);
        hub_.add(std::move(e), false, 0);
    }
    std::unique_ptr<event_hub::subscription> follow(const domain::caller& who, std::string_view id = "") {
        return hub_.subscribe(who, id, [this] { ++wakes_; });
    }
    static std::string data_of(const event_hub::batch& b) {
        std::string all = b.reset ? "reset " : "";
        for (const auto& e : b.events)
            all += e->data + " ";
        return all;
    }
    std::string take(event_hub::subscription& s) { return data_of(s.take()); }

    manual_clock clock_{timestamp(std::chrono::seconds(1'700'000'000))};
    voltlane::metrics::registry registry_;
    metrics metrics_{registry_};
    event_hub hub_{clock_, metrics_};
    std::int64_t offset_ = 0;
    std::int64_t stations_ = 0;
    int wakes_ = 0;
    domain::caller admin_{account_id(1), tenant_id(1), domain::role::super_admin};
    domain::caller member_{account_id(2), tenant_id(1), domain::role::user};
    domain::caller driver_{account_id(3), std::nullopt, domain::role::user};
    domain::caller stranger_{account_id(4), tenant_id(2), domain::role::super_admin};
};

TEST_F(event_hub_test, everybody_sees_its_own) {
    const auto admin = follow(admin_);
    const auto member = follow(member_);
    const auto driver = follow(driver_);
    const auto stranger = follow(stranger_);
    session(10, false, 2);
    session(11, false, 3);
    session(12, false);
    station(1);
    EXPECT_EQ(take(*admin), "10 11 12 s ");
    EXPECT_EQ(take(*member), "10 s ");
    EXPECT_EQ(take(*driver), "11 ");
    EXPECT_EQ(take(*stranger), "");
    EXPECT_GT(wakes_, 0);
    EXPECT_EQ(take(*admin), "");
}

TEST_F(event_hub_test, a_sessions_updates_come_every_five_seconds_and_its_end_at_once) {
    const auto s = follow(admin_);
    session(10, true);
    session(10, true);
    session(10, true);
    EXPECT_EQ(s->take().events.size(), 1U);
    clock_.advance(4s);
    hub_.tick();
    EXPECT_EQ(s->take().events.size(), 0U);
    clock_.advance(1s);
    hub_.tick();
    auto b = s->take();
    ASSERT_EQ(b.events.size(), 1U);
    EXPECT_EQ(b.events[0]->offset, 2); // the latest of those held back
    session(10, true);
    session(10, false);
    EXPECT_EQ(s->take().events.size(), 1U);
    clock_.advance(10s);
    hub_.tick();
    EXPECT_EQ(s->take().events.size(), 0U); // the end overtook the update
}

TEST_F(event_hub_test, a_client_that_returns_gets_what_it_missed) {
    std::string id;
    {
        const auto s = follow(admin_);
        session(10, false);
        id = s->take().id;
    }
    session(11, false);
    station(1);
    const auto again = follow(admin_, id);
    EXPECT_EQ(take(*again), "11 s ");
    session(12, false);
    EXPECT_EQ(take(*again), "12 ");
}

TEST_F(event_hub_test, what_was_held_back_is_not_lost_to_a_client_that_returns) {
    const auto s = follow(admin_);
    session(10, true);
    session(10, true); // held back
    const auto id = s->take().id;
    clock_.advance(5s);
    hub_.tick();
    EXPECT_EQ(take(*follow(admin_, id)), "10 ");
}

TEST_F(event_hub_test, resets_those_whose_place_is_not_kept) {
    const auto s = follow(admin_);
    const auto old = s->take().id;
    session(10, false);
    hub_.tick();
    clock_.advance(6min);
    session(11, false);
    hub_.tick();
    EXPECT_EQ(take(*follow(admin_, old)), "10 11 "); // six minutes: still there
    clock_.advance(6min);
    hub_.tick();
    clock_.advance(5min);
    hub_.tick();
    EXPECT_EQ(take(*follow(admin_, old)).substr(0, 6), "reset ");
    for (const auto* wrong : {"x", "AAAA", "AQ", "!!!"})
        EXPECT_EQ(take(*follow(admin_, wrong)).substr(0, 6), "reset ") << wrong;
    live_position other;
    for (auto& log : other.logs) {
        log.generation = 2;
        log.next = {0, 0};
    }
    EXPECT_TRUE(follow(admin_, to_event_id(other))->take().reset);
}

TEST_F(event_hub_test, an_idle_client_keeps_its_place_for_ever) {
    session(10, false);
    const auto id = follow(admin_)->take().id;
    for (int minute = 0; minute < 30; ++minute) {
        clock_.advance(1min);
        hub_.tick();
    }
    EXPECT_EQ(take(*follow(admin_, id)), "");
}

TEST_F(event_hub_test, too_many_events_drop_the_oldest_and_reset_who_needed_them) {
    const auto slow = follow(admin_);
    const auto id = slow->take().id;
    for (std::size_t i = 0; i <= event_hub::most_per_audience; ++i)
        session(static_cast<std::int64_t>(i), false);
    EXPECT_TRUE(slow->take().reset);
    EXPECT_TRUE(follow(admin_, id)->take().reset);
}

TEST_F(event_hub_test, another_log_resets_everybody) {
    const auto s = follow(admin_);
    session(10, false);
    EXPECT_EQ(take(*s), "10 ");
    live_position other;
    for (auto& log : other.logs) {
        log.generation = 2;
        log.next = {0, 0};
    }
    hub_.begin(other);
    EXPECT_TRUE(s->take().reset);
}

TEST_F(event_hub_test, a_reader_that_begins_again_resets_everybody_and_goes_on_from_there) {
    const auto s = follow(admin_);
    session(10, false);
    EXPECT_EQ(take(*s), "10 ");
    live_position beginning;
    for (auto& log : beginning.logs) {
        log.generation = 1;
        log.next = {0, 0};
    }
    hub_.begin(beginning);
    const auto b = s->take();
    EXPECT_TRUE(b.reset);
    EXPECT_EQ(parse_event_id(b.id), beginning);
    offset_ = 0;
    session(11, false);
    EXPECT_EQ(take(*s), "11 ");
}

TEST(event_id, reads_what_it_wrote_and_nothing_else) {
    live_position p;
    p[live_topic::sessions] = {1, {0, 127, 128, 1'000'000'000'000}};
    p[live_topic::stations] = {70'000, {}};
    p[live_topic::replies] = {3, {5}};
    const auto id = to_event_id(p);
    EXPECT_EQ(parse_event_id(id), p);
    for (std::size_t n = 0; n < id.size(); ++n)
        EXPECT_FALSE(parse_event_id(id.substr(0, n))) << n;
    EXPECT_FALSE(parse_event_id(id + "AA"));
    EXPECT_FALSE(parse_event_id(std::string(5000, 'A')));
    EXPECT_FALSE(parse_event_id("AQ=="));
}

TEST(event_stream, only_the_last_event_of_a_batch_carries_the_id) {
    event_hub::batch b;
    b.id = "X";
    for (const auto* data : {"1", "2"}) {
        auto e = std::make_shared<live_event>();
        e->type = "session";
        e->data = data;
        b.events.push_back(e);
    }
    EXPECT_EQ(event_text(b), "event: session\ndata: 1\n\nid: X\nevent: session\ndata: 2\n\n");
    b.events.clear();
    EXPECT_EQ(event_text(b), "id: X\n\n");
    b.reset = true;
    EXPECT_EQ(event_text(b), "event: reset\ndata: {}\n\nid: X\n\n");
}

TEST_F(event_hub_test, an_account_and_a_tenant_hold_a_bounded_share_of_the_streams) {
    std::vector<std::unique_ptr<event_hub::subscription>> all;
    for (std::size_t i = 0; i < event_hub::most_per_account; ++i)
        all.push_back(follow({account_id(1), std::nullopt, domain::role::user}));
    EXPECT_TRUE(all.back());
    EXPECT_FALSE(follow({account_id(1), std::nullopt, domain::role::user}));
    all.pop_back();
    EXPECT_TRUE(follow({account_id(1), std::nullopt, domain::role::user})) << "one has gone";
    for (std::size_t i = 0; i < event_hub::most_per_tenant; ++i)
        all.push_back(
            follow({account_id(static_cast<std::int64_t>(100 + i)), tenant_id(1), domain::role::user}));
    EXPECT_TRUE(all.back());
    EXPECT_FALSE(follow({account_id(99), tenant_id(1), domain::role::super_admin}));
    EXPECT_TRUE(follow({account_id(99), tenant_id(2), domain::role::super_admin}));
    EXPECT_TRUE(follow({account_id(99), std::nullopt, domain::role::user}));
}

TEST(event_text, a_chargers_line_breaks_end_no_field) {
    live_event e;
    e.type = "command";
    e.data = "{\"response\":{\r\n\"status\":\n\ndata: x}}";
    event_hub::batch b;
    b.events.push_back(std::make_shared<const live_event>(std::move(e)));
    EXPECT_EQ(event_text(b), "event: command\ndata: {\"response\":{  \"status\":  data: x}}\n\n");
}

} // namespace
} // namespace voltlane::api
