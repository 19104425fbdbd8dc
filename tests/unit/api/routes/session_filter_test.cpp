#include "api/routes/session_filter.hpp"

#include "api/paging.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using store::session_order;
using store::session_status;

session_query query(std::string text) {
    http::request r;
    r.path = "/api/sessions/";
    r.query = std::move(text);
    return read_session_query(r);
}

TEST(session_filter, reads_periods_of_days_and_instants) {
    const auto q = query("from=2026-02-28&to=2026-02-28");
    EXPECT_EQ(format_seconds(*q.filter.from), "2026-02-28T00:00:00Z");
    EXPECT_EQ(format_seconds(*q.filter.until), "2026-03-01T00:00:00Z") << "the day belongs to it";
    const auto i = query("from=2026-02-28T10:00:00%2B02:00&to=2026-02-28T10:00:00+02:00");
    EXPECT_TRUE(i.errors.empty()) << "a plus that nobody encoded is a plus";
    EXPECT_EQ(format_seconds(*i.filter.from), "2026-02-28T08:00:00Z");
    EXPECT_EQ(*i.filter.until - *i.filter.from, std::chrono::microseconds(1)) << "the instant belongs to it";
    EXPECT_FALSE(query("from=&to=").filter.from);
}

TEST(session_filter, names_what_it_cannot_read) {
    for (const std::string wrong :
         {"yesterday", "2026-02-30", "2026-2-3", "2026-02-28T10:00:00", "1", "0000-00-00"}) {
        const auto q = query("from=" + wrong + "&to=" + wrong + "&status=gone");
        EXPECT_TRUE(q.errors.contains("from")) << wrong;
        EXPECT_TRUE(q.errors.contains("to")) << wrong;
        EXPECT_EQ(q.errors.at("status").front(),
                  "Select a valid choice. gone is not one of the available choices.");
    }
}

TEST(session_filter, reads_names_and_statuses) {
    const auto q = query("cp=BuRa&user=%20Tag1&q=%20x%20&status=closed&review=true&open=false");
    EXPECT_EQ(q.filter.charge_point, "bura");
    EXPECT_EQ(q.filter.user->name, " Tag1");
    EXPECT_EQ(q.filter.user->tag_folded, "tag1");
    EXPECT_EQ(q.filter.text, "x");
    EXPECT_EQ(q.filter.statuses,
              (std::vector{session_status::closed, session_status::review, session_status::ended}));
    EXPECT_TRUE(query("cp=a/b").filter.nothing);
    const auto none = query("cp=&user=&q=%20&status=&open=maybe&review=1");
    EXPECT_FALSE(none.filter.charge_point || none.filter.user || none.filter.text || none.filter.nothing);
    EXPECT_TRUE(none.filter.statuses.empty());
    EXPECT_TRUE(none.errors.empty());
}

TEST(session_filter, takes_the_first_order_that_it_knows) {
    struct row {
        const char* text;
        session_order order;
        bool descending;
    };
    for (const auto& r : {row{"", session_order::id, true},
                          {"id", session_order::id, false},
                          {"-kWh", session_order::energy, true},
                          {"Started", session_order::started, false},
                          {"colour", session_order::id, true},
                          {"colour,-Ended,total", session_order::ended, true},
                          {" total ", session_order::total, false},
                          {"--id", session_order::id, true},
                          {"kwh", session_order::id, true}}) {
        const auto q = query("ordering=" + std::string(r.text));
        EXPECT_EQ(q.order, r.order) << r.text;
        EXPECT_EQ(q.descending, r.descending) << r.text;
    }
}

TEST(session_filter, a_cursor_is_a_place_in_its_own_order) {
    store::session_row s;
    s.id = session_id(91);
    s.state = "stopped";
    s.started_at = *parse_rfc3339("2026-02-28T10:00:00Z");
    s.total = money{99'125};
    s.energy = 192;
    for (const std::string order : {"", "id", "-Started", "Ended", "kWh", "-total"}) {
        auto q = query("ordering=" + order);
        const auto cursor = session_cursor(s, q);
        const auto place = read_session_cursor(cursor, q);
        ASSERT_TRUE(place) << order;
        EXPECT_EQ(place->id, s.id);
        EXPECT_EQ(place->key, store::place_of(s, q.order).key);
        auto unnamed = query("");
        ASSERT_TRUE(read_session_cursor(cursor, unnamed));
        EXPECT_EQ(unnamed.order, q.order);
        EXPECT_EQ(unnamed.descending, q.descending);
        auto other = query(order == "id" ? "ordering=-id" : "ordering=id");
        EXPECT_FALSE(read_session_cursor(cursor, other)) << "of another order";
    }
}

TEST(session_filter, strange_cursors_are_none) {
    for (const auto& parts : std::vector<std::vector<std::string>>{{"id", "0"},
                                                                   {"id", "0", "x"},
                                                                   {"id", "", "1"},
                                                                   {"colour", "0", "1"},
                                                                   {"id", "0", "1", "2"},
                                                                   {"", "", ""}}) {
        auto q = query("");
        EXPECT_FALSE(read_session_cursor(make_cursor(parts), q));
    }
    for (const std::string text : {"", "x", "!!!", "aWQsMCwx=", std::string(10'000, 'a').c_str()}) {
        auto q = query("");
        EXPECT_FALSE(read_session_cursor(text, q)) << text.substr(0, 20);
    }
}

} // namespace
} // namespace voltlane::api
