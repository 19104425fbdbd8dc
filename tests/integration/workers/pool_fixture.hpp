#pragma once

#include "shared/base/clock.hpp"
#include "support/charger_log.hpp"
#include "support/test_database.hpp"
#include "workers/pools/sessions_pool.hpp"
#include "workers/pools/stations_pool.hpp"
#include "workers/runtime/batch_writer.hpp"

#include <gtest/gtest.h>

namespace voltlane::testing {

// One pool's work on one partition against a real database, driven batch by batch: everything but Kafka.
class worker {
public:
    worker(const test_database& database, std::unique_ptr<workers::partitioned_pool> pool,
           std::string url = {})
        : pool_(std::move(pool))
        , db_(settings(database, url))
        , handler_(pool_->open(0))
        , metrics_(registry_, std::string(pool_->name()))
        , place_{std::string(pool_->name()), std::string(pool_->topic()), 0, 1}
        , writer_(place_, metrics_, clock_) {
        position = db_.run([&](pg::transaction& t) {
            const store::partition_start start{0, 0};
            return store::claim_offsets(t, place_, {&start, 1}).positions.at(0).offset;
        });
    }

    // The log's records [position, to) as one batch; on success the position moves.
    workers::batch_outcome work(const charger_log& log, std::size_t to) {
        std::vector<workers::source_record> records;
        for (auto i = static_cast<std::size_t>(position); i < to; ++i) {
            const auto& r = log.records()[i];
            if (pool_->concerns(r.value)) records.push_back({static_cast<std::int64_t>(i), r.key, r.value});
        }
        const auto outcome = writer_.write(db_, *handler_, records, position, static_cast<std::int64_t>(to));
        if (outcome == workers::batch_outcome::written) position = static_cast<std::int64_t>(to);
        return outcome;
    }
    workers::batch_outcome work(const charger_log& log) { return work(log, log.records().size()); }

    pg::database& db() { return db_; }
    workers::pool_metrics& metrics() { return metrics_; }

    std::int64_t position = 0;

private:
    static pg::settings settings(const test_database& database, const std::string& url) {
        auto s = database.settings();
        if (!url.empty()) s.url = url;
        return s;
    }

    metrics::registry registry_;
    system_clock clock_;
    std::unique_ptr<workers::partitioned_pool> pool_;
    pg::database db_;
    std::unique_ptr<workers::partition_handler> handler_;
    workers::pool_metrics metrics_;
    store::offset_place place_;
    workers::batch_writer writer_;
};

// A migrated database with one tenant and one account.
class pool_test : public ::testing::Test {
protected:
    pool_test() {
        tenant = std::stoll(
            database.value("insert into tenants (name, url_key) values ('t', repeat('a', 32)) returning id"));
        account = std::stoll(database.value("insert into accounts (username, email, role, password_hash) "
                                            "values ('demo', 'd@e.f', 'user', '') returning id"));
    }

    // Whatever was written, replayed or rolled back: the counts are those of the rows.
    void TearDown() override {
        EXPECT_EQ(value("select count(*) from wrong_session_counts"), "0");
        EXPECT_EQ(value("select count(*) from (select tenant_id, coalesce(account_id, 0), id_tag_folded from "
                        "sessions "
                        "except select tenant_id, account_id, id_tag_folded from session_users) missing"),
                  "0");
    }

    worker sessions() { return worker(database, workers::make_sessions_pool()); }
    worker stations() { return worker(database, workers::make_stations_pool(stations_metrics)); }
    std::string value(const std::string& sql) const { return database.value(sql); }
    // Everything a fold leaves behind, in one comparable text; ids and times of writing apart.
    std::string picture() const {
        return value(
                   "select string_agg(concat_ws('|', charge_point_id, identity_hash, occurrence, "
                   "transaction_key, state, "
                   "started_at, ended_at, energy_wh, total, review, stop_reason, meter_last, flags), E'\\n' "
                   "order by charge_point_id, started_at, identity_hash) from sessions") +
               "\n" +
               value("select string_agg(concat_ws('|', received_at, charge_point_id, epoch, seq, sample, "
                     "value), E'\\n' "
                     "order by received_at, charge_point_id, epoch, seq, sample) from meter_values") +
               "\n" +
               value("select string_agg(concat_ws('|', day, account_id, sessions, energy_wh, total), E'\\n' "
                     "order by day, account_id) from session_rollups") +
               "\n" +
               value("select string_agg(concat_ws('|', charge_point_id, seen), E'\\n' order by "
                     "charge_point_id) "
                     "from charge_point_epochs");
    }

    test_database database;
    metrics::registry pool_registry;
    workers::stations_metrics stations_metrics{pool_registry};
    std::int64_t tenant = 0;
    std::int64_t account = 0;
};

} // namespace voltlane::testing
