#include "api/routes/account_json.hpp"
#include "api/routes/charge_point_json.hpp"
#include "api/routes/session_json.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

timestamp at(std::string_view text) {
    return parse_rfc3339(text).value();
}

store::session_row session() {
    store::session_row s;
    s.id = session_id(91);
    s.identity = "BURA";
    s.user = "demo";
    s.energy = 192;
    s.state = "stopped";
    s.started_at = at("2025-09-05T16:10:20Z");
    s.ended_at = at("2025-09-05T16:11:05Z");
    s.prices = {price{500'000}, price{250'000}};
    return s;
}

TEST(session_json, is_the_contracts_row_to_the_digit) {
    EXPECT_EQ(session_json(session(), at("2026-01-01T00:00:00Z")),
              R"({"id":91,"cp":"BURA","user":"demo","kWh":0.192,"Started":"2025-09-05T16:10:20Z",)"
              R"("Ended":"2025-09-05T16:11:05Z","price_kwh":"500.000","price_hour":"250.000","total":99.125,)"
              R"("started_by":null,"review":null})");
}

TEST(session_json, an_open_session_runs_to_a_sub_second_now) {
    auto s = session();
    s.energy = 0;
    s.state = "open";
    s.ended_at.reset();
    s.prices = {price{15'000}, price{12'000}};
    const auto now = s.started_at + std::chrono::milliseconds(209'178'600);
    const auto text = session_json(s, now);
    EXPECT_NE(text.find(R"("kWh":0.0,)"), std::string::npos);
    EXPECT_NE(text.find(R"("Ended":null)"), std::string::npos);
    EXPECT_NE(text.find(R"("total":697.262)"), std::string::npos) << text;
}

TEST(session_json, without_a_price_or_under_review_there_is_no_total) {
    auto s = session();
    s.prices = {};
    EXPECT_NE(session_json(s, {}).find(R"("price_kwh":null,"price_hour":null,"total":null)"),
              std::string::npos);
    s = session();
    s.review = "odometer";
    EXPECT_NE(session_json(s, {}).find(R"("total":null,"started_by":null,"review":"odometer")"),
              std::string::npos);
}

TEST(session_json, details_name_the_chargers_transaction_and_whole_watt_hours) {
    auto s = session();
    s.transaction_key = "2107000654";
    s.meter_start_mwh = 1'000'499;
    s.meter_stop_mwh = 1'192'500;
    s.id_tag = "TAG";
    const auto text = session_detail_json(s, {});
    EXPECT_NE(
        text.find(R"("transaction_id":2107000654,"meter_start":1000,"meter_stop":1193,"stop_reason":null)"),
        std::string::npos)
        << text;
}

TEST(charge_point_json, is_the_contracts_row_to_the_digit) {
    store::charge_point c;
    c.canonical_id = "bura";
    c.identity = "BURA";
    c.name = "BURA";
    c.status = "Unavailable";
    c.updated = at("2025-08-30T19:08:13.725980Z");
    c.prices = {price{10'000}, price{10'000}};
    c.location = "234";
    c.lat = store::coordinate{46'876'700};
    c.lng = store::coordinate{7'559'829};
    c.owner_username = "bura";
    EXPECT_EQ(charge_point_json(c, "BURA"),
              R"({"pk":"BURA","id":"BURA","name":"BURA","connector_id":0,"status":"Unavailable",)"
              R"("updated":"2025-08-30T19:08:13.725980Z","price_per_kwh":"10.000","price_per_hour":"10.000",)"
              R"("location":"234","lat":"46.876700","lng":"7.559829","owner_username":"bura"})");
    c.max_power_kw = store::kilowatts{14'400};
    EXPECT_NE(charge_point_detail_json(c, "BURA", true).find(R"("max_power_kw":"144.00")"),
              std::string::npos);
}

TEST(charge_point_json, primary_keys_are_long_only_where_they_must_be) {
    std::vector<store::charge_point> all(3);
    all[0].identity = "A";
    all[0].canonical_id = "a";
    all[0].tenant = tenant_id(1);
    all[1] = all[0];
    all[1].tenant = tenant_id(2);
    all[2].identity = "B";
    all[2].canonical_id = "b";
    EXPECT_EQ(primary_keys(all, std::nullopt), (std::vector<std::string>{"1~A", "2~A", "B"}));
    EXPECT_EQ(primary_keys(all, tenant_id(2)), (std::vector<std::string>{"1~A", "A", "B"}));
    EXPECT_EQ(primary_keys(all, tenant_id(3)), (std::vector<std::string>{"1~A", "2~A", "B"}));
}

TEST(held_price_json, has_three_and_two_decimals) {
    store::held_price p;
    p.id = 2;
    p.holder = account_id(29);
    p.email = "driver@example.com";
    p.username = "Henok";
    p.prices = {price{270}, price{1200}};
    EXPECT_EQ(held_price_json(p),
              R"({"id":2,"user":29,"user_email":"driver@example.com","user_name":"Henok",)"
              R"("price_per_kwh":"0.270","price_per_hour":"1.20"})");
    p.holder = std::string("student");
    EXPECT_EQ(held_price_json(p),
              R"({"id":2,"user_type":"student","price_per_kwh":"0.270","price_per_hour":"1.20"})");
}

TEST(account_json, names_and_nulls) {
    store::account a;
    a.id = account_id(5);
    a.username = "q\"uote";
    a.email = "a@b.c";
    a.first_name = "Ada";
    a.last_name = "King Lovelace";
    const auto me = me_json(a, "");
    EXPECT_EQ(
        me, R"({"id":5,"email":"a@b.c","role":"user","tenant_id":null,"tenant_ws":null,"username":"q\"uote",)"
            R"("full_name":"Ada King Lovelace","phone":null})");
    const auto profile = profile_answer(a, built_in_declarations());
    EXPECT_NE(profile.find(R"("success":true,"user":{"id":5,)"), std::string::npos);
    a.last_name.clear();
    EXPECT_EQ(a.full_name(), "Ada");
}

TEST(charge_point_json, a_pk_is_long_where_the_id_is_ambiguous_or_looks_long) {
    const auto at_tenant = [](std::int64_t tenant, const std::string& id) {
        store::charge_point c;
        c.tenant = tenant_id(tenant);
        c.identity = c.canonical_id = id;
        return c;
    };
    const std::vector<std::string> expected{"1~bura", "2~bura", "one", "2~1~bura", "~x", "1x~y"};
    EXPECT_EQ(primary_keys({at_tenant(1, "bura"), at_tenant(2, "bura"), at_tenant(2, "one"),
                            at_tenant(2, "1~bura"), at_tenant(2, "~x"), at_tenant(2, "1x~y")},
                           std::nullopt),
              expected);
}

} // namespace
} // namespace voltlane::api
