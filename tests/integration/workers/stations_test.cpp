#include "pool_fixture.hpp"

namespace voltlane::testing {
namespace {

using workers::batch_outcome;
using namespace std::chrono_literals;

class stations_test : public pool_test {
protected:
    std::string told() const { return value("select count(*) from outbox where topic = 'csms.stations'"); }
};

TEST_F(stations_test, appear_with_their_first_connection) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").opened();
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', canonical_id, status, connector_id) from charge_points"),
              "bura Unavailable 0");
    EXPECT_EQ(told(), "1");
    log.opened();
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(told(), "1");
}

TEST_F(stations_test, keep_boot_data_and_the_latest_status) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura")
        .booted("ABB", "Terra")
        .status(1, "Available")
        .later(5s)
        .status(1, "Charging")
        .later(1s)
        .status(0, "Available");
    log.noticed("FirmwareStatusNotification", "Downloading");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', vendor, model, firmware, status, connector_id, last_boot is not "
                    "null) from charge_points"),
              "ABB Terra 1.0 Available 0 t");
    EXPECT_EQ(value("select string_agg(concat_ws(' ', connector_id, status), ',' order by connector_id) from "
                    "connectors"),
              "0 Available,1 Charging");
    EXPECT_EQ(value("select concat_ws(' ', kind, status) from station_notices"),
              "FirmwareStatusNotification Downloading");
    EXPECT_EQ(value("select jsonb_array_length(convert_from(value, 'UTF8')::jsonb->'connectors') from outbox "
                    "where topic = 'csms.stations' order by id desc limit 1"),
              "2");
}

TEST_F(stations_test, repeat_a_status_without_telling_again) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").status(1, "Available");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    const auto first = value("select updated from charge_points");
    log.later(60s).status(1, "Available");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(told(), "1");
    EXPECT_NE(value("select updated from charge_points"),
              first); // but the row says when it was last heard of
    log.later(60s).status(1, "Available", "GroundFailure");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(told(), "2");
}

TEST_F(stations_test, keep_their_first_spelling_beside_the_other_pool) {
    auto s = sessions();
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").meter("", 1).status(1, "Available");
    ASSERT_EQ(s.work(log), batch_outcome::written);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select count(*) from charge_points"), "1");
    EXPECT_EQ(value("select count(*) from outbox where topic = 'csms.directory'"), "1");
}

TEST_F(stations_test, show_nothing_older_in_a_replay) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").booted("Old", "M").status(1, "Charging").later(24h);
    log.booted("New", "M").status(1, "Available").status(2, "Faulted");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    const std::string picture =
        "select concat_ws(' ', vendor, status, connector_id, (select string_agg(k.status, ',' order by "
        "connector_id) from connectors k)) from charge_points";
    EXPECT_EQ(value(picture), "New Faulted 2 Available,Faulted");
    // The same again from the start, in small batches.
    database.exec("update consumer_offsets set position = 0");
    auto again = stations();
    for (std::size_t to = 1; to <= log.records().size(); ++to) {
        ASSERT_EQ(again.work(log, to), batch_outcome::written);
        const auto shown = value(picture);
        EXPECT_EQ(shown.find("Charging"), std::string::npos) << to;
        EXPECT_EQ(shown.find("Old"), std::string::npos) << to;
    }
    EXPECT_EQ(value(picture), "New Faulted 2 Available,Faulted");
}

TEST_F(stations_test, believe_a_gateway_whose_clock_is_a_little_behind) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").booted("A", "M").status(1, "Available").later(-30s);
    log.charger("bura", 101).booted("B", "M").status(1, "Charging");
    ASSERT_EQ(w.work(log, 2), batch_outcome::written);
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select concat_ws(' ', c.vendor, c.status, k.status) from charge_points c, connectors k"),
              "B Charging Charging");
}

TEST_F(stations_test, leave_out_connectors_that_are_none) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").status(256, "Available");
    for (const std::int64_t n : {std::int64_t{257}, std::int64_t{-1}, std::int64_t{1} << 40})
        log.status(n, "Faulted");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select string_agg(connector_id::text, ',') from connectors"), "256");
    EXPECT_EQ(value("select concat_ws(' ', status, connector_id) from charge_points"), "Available 256");
    EXPECT_EQ(stations_metrics.refused_connectors.Value(), 3);
    EXPECT_EQ(told(), "1");
}

TEST_F(stations_test, take_odd_text_as_it_is) {
    auto w = stations();
    charger_log log(tenant);
    log.charger("bura").status(1, "It's \"odd\", {really}\\").booted("NULL", "");
    ASSERT_EQ(w.work(log), batch_outcome::written);
    EXPECT_EQ(value("select status from connectors"), "It's \"odd\", {really}\\");
    EXPECT_EQ(value("select vendor from charge_points"), "NULL");
    EXPECT_EQ(w.metrics().dead_letters.Value(), 0);
}

} // namespace
} // namespace voltlane::testing
