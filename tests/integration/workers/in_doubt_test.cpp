#include "cutting_proxy.hpp"
#include "pool_fixture.hpp"

namespace voltlane::testing {
namespace {

using workers::batch_outcome;

class in_doubt_test : public pool_test {
protected:
    charger_log log_of_one_session() {
        charger_log log(tenant);
        log.charger("bura").start("77", 'a', 0).later(std::chrono::seconds(60)).meter("77", 300);
        return log;
    }
    std::string through(const cutting_proxy& proxy) const {
        auto url = database.url();
        const auto host = url.find('@') + 1;
        return url.replace(host, url.find('/', host) - host, "127.0.0.1:" + std::to_string(proxy.port()));
    }
};

TEST_F(in_doubt_test, commit_that_was_carried_out_counts_once) {
    cutting_proxy proxy(database.url());
    worker w(database, workers::make_sessions_pool(), through(proxy));
    auto log = log_of_one_session();
    proxy.cut_at_next_commit(cutting_proxy::before_the_answer);
    EXPECT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(w.metrics().in_doubt.Value(), 1);
    EXPECT_EQ(value("select position from consumer_offsets"), "2");
    EXPECT_EQ(value("select count(*) from sessions"), "1");
    // Memory was dropped; the next batch reads what it needs and goes on.
    log.later(std::chrono::seconds(60)).stop("77", 400);
    EXPECT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', state, energy_wh) from sessions"), "stopped 400");
}

TEST_F(in_doubt_test, commit_that_never_arrived_is_to_be_tried_again) {
    cutting_proxy proxy(database.url());
    worker w(database, workers::make_sessions_pool(), through(proxy));
    const auto log = log_of_one_session();
    proxy.cut_at_next_commit(cutting_proxy::before_the_commit);
    try {
        w.work(log);
        FAIL() << "nothing was committed";
    } catch (const pg::failure& f) {
        EXPECT_EQ(f.kind(), pg::failure_kind::unavailable);
    }
    EXPECT_EQ(value("select position from consumer_offsets"), "0");
    EXPECT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select count(*) from sessions"), "1");
    EXPECT_EQ(value("select count(*) from meter_values"), "1");
}

} // namespace
} // namespace voltlane::testing
