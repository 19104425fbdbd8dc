#include "gateway/views/vouch_book.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

using namespace std::chrono_literals;

events::vouch_entry entry(std::string command, std::chrono::seconds from, std::string tag = "t") {
    return {.key = {tenant_id{1}, "bura"},
            .id_tag_folded = std::move(tag),
            .command = std::move(command),
            .account = account_id{7},
            .from = timestamp(from),
            .until = timestamp(from + 300s)};
}

TEST(vouch_book, a_late_copy_of_an_older_commands_vouch_changes_nothing) {
    vouch_book b;
    b.put(entry("new", 20s));
    b.find("bura", "t")->bound_to = "start";
    b.put(entry("old", 10s));
    ASSERT_NE(b.find("bura", "t"), nullptr);
    EXPECT_EQ(b.find("bura", "t")->entry.command, "new");
    EXPECT_EQ(b.find("bura", "t")->bound_to, "start");
    b.put(entry("newer", 30s));
    EXPECT_EQ(b.find("bura", "t")->entry.command, "newer");
    EXPECT_EQ(b.find("bura", "t")->bound_to, "");
    EXPECT_EQ(b.size(), 1u);
}

TEST(vouch_book, a_refused_commands_vouch_holds_no_more_also_when_its_copy_comes_later) {
    vouch_book b;
    b.put(entry("c1", 10s));
    b.refuse("bura", "another");
    b.refuse("other", "c1");
    EXPECT_NE(b.find("bura", "t"), nullptr);
    b.refuse("bura", "c1");
    EXPECT_EQ(b.find("bura", "t"), nullptr);
    b.put(entry("c1", 10s));
    EXPECT_EQ(b.find("bura", "t"), nullptr);
    b.put(entry("c2", 20s));
    EXPECT_NE(b.find("bura", "t"), nullptr);
    b.refuse("bura", "c1");
    EXPECT_NE(b.find("bura", "t"), nullptr) << "of the command before it";
}

TEST(vouch_book, a_start_that_was_answered_keeps_its_vouch) {
    vouch_book b;
    b.put(entry("c1", 10s));
    b.find("bura", "t")->bound_to = "start";
    b.refuse("bura", "c1");
    EXPECT_NE(b.find("bura", "t"), nullptr);
}

TEST(vouch_book, the_oldest_goes_where_there_are_too_many) {
    vouch_book b;
    b.put(entry("first", 1000s, "first"));
    b.put(entry("oldest", 1s, "oldest"));
    for (std::size_t i = 0; i < vouch_book::capacity; ++i)
        b.put(entry("c", 2000s, "t" + std::to_string(i)));
    EXPECT_EQ(b.size(), vouch_book::capacity);
    EXPECT_EQ(b.evicted(), 2u);
    EXPECT_EQ(b.find("bura", "oldest"), nullptr);
    EXPECT_EQ(b.find("bura", "first"), nullptr);
    b.put(entry("d", 3000s, "t0"));
    EXPECT_EQ(b.evicted(), 2u) << "took the place of the one that was there";
    b.put(entry("late", 1s, "late"));
    EXPECT_EQ(b.find("bura", "late"), nullptr) << "is itself the oldest";
    EXPECT_NE(b.find("bura", "t1"), nullptr);
    EXPECT_EQ(b.evicted(), 3u);
}

TEST(vouch_book, forgets_what_ended_and_what_was_erased) {
    vouch_book b;
    b.put(entry("a", 0s, "a"));
    b.put(entry("b", 1s, "b"));
    b.put(entry("c", 2s, "c"));
    b.erase("bura", "c");
    b.erase("bura", "c");
    b.forget_ended_before(timestamp(301s));
    EXPECT_EQ(b.size(), 1u);
    EXPECT_EQ(b.find("bura", "a"), nullptr);
    EXPECT_NE(b.find("bura", "b"), nullptr);
}

} // namespace
} // namespace voltlane::gateway
