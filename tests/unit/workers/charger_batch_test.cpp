#include "workers/pools/charger_batch.hpp"

#include "support/charger_log.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using testing::charger_log;

std::vector<source_record> records_of(const charger_log& log) {
    std::vector<source_record> out;
    for (const auto& r : log.records())
        out.push_back({static_cast<std::int64_t>(out.size()), r.key, r.value});
    return out;
}

TEST(peek_kind, finds_the_kind_of_every_record) {
    charger_log log(1);
    log.charger(R"(a","kind":"x)")
        .opened()
        .booted("v", "m")
        .status(1, "Available")
        .start("1", 'a')
        .meter("1", 5)
        .stop("1", 6);
    log.decide("6f1f6d0e-0000-4000-8000-000000000001", 1, "close");
    const std::vector<std::string> kinds{"opened",  "booted", "status_changed", "started",
                                         "sampled", "ended",  "decided"};
    ASSERT_EQ(log.records().size(), kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i)
        EXPECT_EQ(peek_kind(log.records()[i].value), kinds[i]);
}

TEST(peek_kind, of_something_else_is_empty) {
    for (const auto* text : {"", "{}", "kind", R"(,"kind":")", R"({"kind": "spaced"})"})
        EXPECT_EQ(peek_kind(text), "") << text;
}

TEST(charger_batch, groups_by_charger_in_key_order_and_log_order) {
    charger_log log(1);
    log.charger("b").meter("1", 1).charger("a").meter("2", 1).charger("b").seq(2).meter("1", 2);
    charger_batch batch;
    EXPECT_TRUE(batch.parse(records_of(log)).empty());
    const std::vector<std::size_t> all{0, 1, 2};
    const auto groups = batch.by_charger(all);
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[0].key->charge_point, "a");
    ASSERT_EQ(groups[1].events.size(), 2u);
    EXPECT_LT(groups[1].events[0]->seq, groups[1].events[1]->seq);
    const std::vector<std::size_t> one{2};
    EXPECT_EQ(batch.by_charger(one).size(), 1u);
}

TEST(charger_batch, names_what_cannot_be_read) {
    charger_log log(1);
    log.raw("1/a", "").raw("1/a", "[]").raw("1/a", std::string(100, '[')).raw("1/a", "\xff").meter("1", 1);
    charger_log other(1);
    other.charger("b").meter("1", 1);
    log.raw("1/a", other.records()[0].value); // another charger's event under this key
    charger_batch batch;
    const auto unreadable = batch.parse(records_of(log));
    std::vector<std::size_t> indices;
    for (const auto& u : unreadable)
        indices.push_back(u.index);
    EXPECT_EQ(indices, (std::vector<std::size_t>{0, 1, 2, 3, 5}));
}

} // namespace
} // namespace voltlane::workers
