#include "fold_bench.hpp"

#include <random>

// Whatever way a log is delivered (in another order, twice, in other batches, to a worker that forgets), the
// bill is the same. Seeded: a failure names its seed.
namespace voltlane::domain::test {
namespace {

constexpr int rounds = 150;

std::string hour_text(int minutes) {
    return format_seconds(at("00:00:00") + std::chrono::minutes{minutes});
}

// Bills by transaction, so that order of insertion does not matter.
std::map<std::string, std::string> bills(fold_bench& b) {
    std::map<std::string, std::string> out;
    const auto count = static_cast<std::int64_t>(b.sessions().size());
    for (std::int64_t id = 1; id <= count; ++id) {
        const auto& s = b.row(id);
        out[s.transaction_key] += fold_bench::describe(s) + ';';
    }
    return out;
}

using events_of = std::vector<std::function<void(fold_bench&)>>;

// Sessions with clocks and transaction ids on two connectors, back to back, with samples; some of them odd.
events_of random_day(std::mt19937& random) {
    const auto below = [&](int n) {
        return static_cast<int>(random() % static_cast<unsigned>(n));
    };
    events_of out;
    for (std::int64_t connector = 1; connector <= 2; ++connector) {
        int minute = below(30);
        std::int64_t meter = below(2) == 0 ? 0 : 500'000;
        for (int i = below(4); i >= 0; --i) {
            const auto from = hour_text(minute);
            const auto start_meter = std::to_string(meter);
            fold_bench scratch;
            const auto tx = scratch.start({.at = from, .meter = start_meter, .connector = connector});
            out.push_back([=](fold_bench& b) {
                b.start({.at = from, .meter = start_meter, .connector = connector, .received = "23:00:00"});
            });
            for (int k = below(4); k > 0; --k) {
                minute += 1 + below(20);
                meter += below(5000);
                out.push_back([=, when = hour_text(minute), wh = std::to_string(meter)](fold_bench& b) {
                    b.sample(
                        {.at = when, .wh = wh, .key = tx, .connector = connector, .received = "23:00:00"});
                });
            }
            minute += 1 + below(20);
            meter += below(5000);
            const auto stop_meter = below(8) == 0 ? std::string("-1") : std::to_string(meter);
            out.push_back([=, when = hour_text(minute)](fold_bench& b) {
                b.stop({.at = when, .meter = stop_meter, .key = tx, .received = "23:00:00"});
            });
            minute += 1 + below(20);
        }
    }
    return out;
}

TEST(session_property, order_repeats_batches_and_restarts_do_not_change_the_bill) {
    for (unsigned seed = 1; seed <= rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        auto day = random_day(random);

        fold_bench straight;
        for (const auto& play : day)
            play(straight);
        auto expected = bills(straight);
        const auto total = straight.rollup();

        // Without a meterStop the samples that came in time decide what is shown: only settled bills are
        // compared.
        fold_bench shaken(seed % 2 == 0 ? fold_bench::mode::batch_per_event : fold_bench::mode::one_batch);
        std::shuffle(day.begin(), day.end(), random);
        for (const auto& play : day) {
            shaken.reconnect();
            play(shaken);
            if (random() % 3 == 0) shaken.deliver_again(random() % shaken.log().size());
            if (random() % 4 == 0) {
                shaken.reconnect();
                play(shaken);
            }
            if (random() % 3 == 0) shaken.restart();
        }
        auto got = bills(shaken);
        for (auto* side : {&expected, &got})
            std::erase_if(*side,
                          [](const auto& bill) { return bill.second.find("review=") != std::string::npos; });
        EXPECT_EQ(got, expected);
        EXPECT_EQ(shaken.rollup(), total);
        EXPECT_EQ(shaken.rollup(), shaken.billed());
        if (testing::Test::HasFailure()) break;
    }
}

TEST(session_property, replaying_a_suffix_without_a_clock_bills_once) {
    for (unsigned seed = 1; seed <= rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        fold_bench b(seed % 2 == 0 ? fold_bench::mode::restart_per_event : fold_bench::mode::one_batch);
        const int count = 1 + static_cast<int>(random() % 4);
        std::int64_t wh = 0;
        int minute = 600;
        for (int i = 0; i < count; ++i) {
            const auto meter = 1000 * (i + 1);
            wh += meter;
            for (auto replays = 1 + random() % 3; replays > 0; --replays) {
                const auto tx =
                    b.start({.at = "1970-01-01T00:00:09Z", .meter = "0", .received = hour_text(++minute)});
                if (random() % 2 == 0)
                    b.sample({.at = "1970-01-01T00:05:00Z",
                              .wh = "500",
                              .key = tx,
                              .received = hour_text(++minute)});
                if (random() % 3 == 0) b.restart();
                b.stop({.at = "1970-01-01T00:10:00Z",
                        .meter = std::to_string(meter),
                        .key = tx,
                        .received = hour_text(++minute)});
                if (random() % 2 == 0) b.deliver_again(random() % b.log().size());
                if (random() % 3 == 0) b.flush();
                b.reconnect();
            }
        }
        EXPECT_EQ(b.sessions().size(), static_cast<std::size_t>(count));
        EXPECT_EQ(b.rollup()[0], count);
        EXPECT_EQ(b.rollup()[1], wh);
        EXPECT_EQ(b.rollup(), b.billed());
        if (testing::Test::HasFailure()) break;
    }
}

TEST(session_property, six_thousand_queued_events_fold_in_one_go) {
    fold_bench b;
    for (int i = 0; i < 200; ++i) {
        const auto from = at("00:00:00") + std::chrono::minutes{5 * i};
        const auto tx =
            b.start({.at = format_seconds(from), .meter = std::to_string(i * 1000), .received = "23:00:00"});
        for (int k = 1; k < 28; ++k)
            b.sample({.at = format_seconds(from + std::chrono::seconds{10 * k}),
                      .wh = std::to_string(i * 1000 + k),
                      .key = tx,
                      .received = "23:00:00"});
        b.stop({.at = format_seconds(from + std::chrono::minutes{5}),
                .meter = std::to_string(i * 1000 + 1000),
                .key = tx,
                .received = "23:00:00"});
    }
    EXPECT_EQ(b.rollup(), (std::array<std::int64_t, 3>{200, 200'000, 200 * 521}));
    EXPECT_EQ(b.samples().size(), 5400u);
}

} // namespace
} // namespace voltlane::domain::test
