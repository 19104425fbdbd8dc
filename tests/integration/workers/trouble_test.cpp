#include "pool_fixture.hpp"

#include <new>

namespace voltlane::testing {
namespace {

using workers::batch_outcome;

// A pool whose write() fails as often as told.
class failing_pool final : public workers::partitioned_pool {
public:
    explicit failing_pool(int& failures) : failures_(failures) {}
    std::string_view name() const override { return "failing"; }
    std::string_view topic() const override { return "topic"; }
    int schema_version() const override { return 1; }
    bool concerns(std::string_view) const override { return true; }
    std::unique_ptr<workers::partition_handler> open(std::int32_t) override {
        return std::make_unique<handler>(failures_);
    }

private:
    class handler final : public workers::partition_handler {
    public:
        explicit handler(int& failures) : failures_(failures) {}
        std::vector<workers::unreadable_record> prepare(std::span<const workers::source_record>) override {
            return {};
        }
        void write(pg::transaction&, std::span<const std::size_t> which) override {
            if (failures_ == 0) return;
            --failures_;
            if (which.size() == 1 || failures_ == 0) throw std::bad_alloc();
            throw std::logic_error("a bug that a smaller batch does not meet");
        }
        void committed() override {}
        void rolled_back() override {}
        void forget() override {}

    private:
        int& failures_;
    };
    int& failures_;
};

class trouble_test : public pool_test {
protected:
    charger_log two_records() {
        charger_log log(tenant);
        log.charger("bura").opened().opened();
        return log;
    }
};

TEST_F(trouble_test, want_of_memory_puts_no_event_aside) {
    int failures = 1;
    worker w(database, std::make_unique<failing_pool>(failures));
    const auto log = two_records();
    EXPECT_THROW(w.work(log), std::bad_alloc);
    EXPECT_EQ(value("select position from consumer_offsets"), "0");
    EXPECT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', position, (select count(*) from outbox)) from consumer_offsets"),
              "2 0");
}

TEST_F(trouble_test, want_of_memory_event_by_event_puts_none_aside) {
    int failures = 2; // the batch by a bug, then the first event by want of memory
    worker w(database, std::make_unique<failing_pool>(failures));
    const auto log = two_records();
    EXPECT_THROW(w.work(log), std::bad_alloc);
    EXPECT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(w.metrics().dead_letters.Value(), 0);
    EXPECT_EQ(value("select count(*) from outbox"), "0");
}

// What was told in a transaction that was taken back was not told.
TEST_F(trouble_test, progress_is_told_by_the_attempt_that_commits) {
    auto w = sessions();
    charger_log log(tenant);
    log.charger("bura").start("77", 'a', 0).later(std::chrono::seconds(60)).meter("77", 100);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    const auto told = "select count(*) from outbox where topic = 'csms.sessions'";
    const auto before = std::stoi(value(told));
    // The next commit is refused, once.
    database.exec("create sequence refusals");
    database.exec(
        "create function refuse_once() returns trigger language plpgsql as $$ begin "
        "if nextval('refusals') = 1 then raise exception 'refused' using errcode = '23514'; end if; "
        "return null; end $$");
    database.exec("create constraint trigger refuse after update on consumer_offsets deferrable initially "
                  "deferred for each row execute function refuse_once()");
    log.later(std::chrono::seconds(60)).meter("77", 200);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select last_value from refusals"), "2");
    EXPECT_EQ(value("select energy_wh from sessions"), "200");
    EXPECT_EQ(std::stoi(value(told)), before + 1);
}

} // namespace
} // namespace voltlane::testing
