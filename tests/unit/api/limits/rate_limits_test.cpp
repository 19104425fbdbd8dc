#include "api/limits/rate_limits.hpp"

#include "api/app.hpp"
#include "api/limits/route_rates.hpp"
#include "shared/http/router.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const timestamp noon = timestamp(std::chrono::sys_days(std::chrono::year(2026) / 5 / 17)) + 12h;

struct fixture {
    manual_clock now{noon};
    rate_settings settings{};
    rate_limits limits{settings, "secret", now};

    explicit fixture(rate_settings s = {}) : settings(s), limits(settings, "secret", now) {}

    std::int64_t passed(rate r, rate_by by, std::string_view who, int tries) {
        std::int64_t count = 0;
        for (int i = 0; i < tries; ++i)
            if (!limits.take(r, by, who)) ++count;
        return count;
    }
};

TEST(rate_limits, the_defaults_let_a_whole_class_sign_up_and_log_in) {
    fixture f;
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 200), 120);
    EXPECT_EQ(f.passed(rate::registration, rate_by::address, "192.0.2.1", 200), 120);
    EXPECT_EQ(f.passed(rate::login, rate_by::account, "demo", 60), 60);
    EXPECT_EQ(f.passed(rate::reset, rate_by::account, "demo@example.com", 60), 30);
    EXPECT_EQ(f.passed(rate::lookups, rate_by::account, "7", 100), 60);
    EXPECT_EQ(f.passed(rate::invitations, rate_by::account, "7", 100), 10);
}

TEST(rate_limits, counts_every_address_account_and_rate_by_itself) {
    fixture f({.login = {2, 1}, .commands = {1, 0}});
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 5), 2);
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.2", 5), 2);
    EXPECT_EQ(f.passed(rate::login, rate_by::account, "192.0.2.1", 5), 1);
    EXPECT_EQ(f.passed(rate::commands, rate_by::address, "192.0.2.1", 5), 1);
    EXPECT_EQ(f.passed(rate::commands, rate_by::account, "7", 5000), 5000) << "0 is no bound";
    EXPECT_EQ(f.passed(rate::login, rate_by::account, "", 5), 5) << "nobody was named";
}

TEST(rate_limits, addresses_of_one_customers_network_are_one) {
    fixture f({.login = {3, 0}});
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "2001:db8:1:2::1", 2), 2);
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "2001:db8:1:2:ffff::9", 2), 1);
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "2001:db8:1:3::1", 2), 2);
}

TEST(rate_limits, addresses_of_one_v6_site_have_a_wider_bound_together) {
    fixture f({.login = {3, 0}});
    const auto take = [&f](const std::string& address) {
        return f.passed(rate::login, rate_by::network, address, 1);
    };
    for (int i = 0; i < 3 * rate_limits::network_factor; ++i)
        EXPECT_EQ(take("2001:db8:1:" + std::to_string(i) + "::1"), 1);
    EXPECT_EQ(take("2001:db8:1:ffff::1"), 0);
    EXPECT_EQ(take("2001:db8:2:1::1"), 1);
    EXPECT_EQ(f.passed(rate::login, rate_by::network, "192.0.2.1", 1000), 1000) << "has none";
}

TEST(rate_limits, shares_only_counts_that_come_near_their_bound) {
    fixture f({.login = {160, 0}});
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 9), 9);
    EXPECT_TRUE(f.limits.to_share().empty());
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 3), 3);
    const auto grown = f.limits.to_share();
    ASSERT_EQ(grown.size(), 1U);
    EXPECT_EQ(grown[0].by, 12);
    EXPECT_EQ(grown[0].own, 12);
    EXPECT_EQ(grown[0].key.size(), 32U);
    EXPECT_EQ(grown[0].key.find("192"), std::string::npos);
    EXPECT_TRUE(f.limits.to_share().empty()) << "not twice";
    f.limits.learn({{grown[0].key, grown[0].minute, 12, 160, 0}});
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 3), 0);
}

TEST(rate_limits, an_exchange_that_failed_is_made_up_for) {
    fixture f({.login = {16, 0}});
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 3), 3);
    ASSERT_EQ(f.limits.to_share().size(), 1U); // and no answer
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 1), 1);
    const auto again = f.limits.to_share();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].by, 4);
}

TEST(rate_limits, pods_of_one_deployment_name_a_client_alike_and_others_do_not) {
    const auto key = [](std::string_view secret) {
        manual_clock now{noon};
        rate_limits one({.login = {1, 0}}, secret, now);
        one.take(rate::login, rate_by::address, "192.0.2.1");
        return one.to_share().at(0).key;
    };
    EXPECT_EQ(key("a"), key("a"));
    EXPECT_NE(key("a"), key("b"));
}

TEST(rate_limits, an_exchange_is_bounded) {
    fixture f({.login = {1, 0}});
    const auto clients = rate_limits::most_shared + 10;
    for (std::size_t i = 0; i < clients; ++i)
        f.limits.take(rate::login, rate_by::address, "client" + std::to_string(i));
    EXPECT_EQ(f.limits.to_share().size(), rate_limits::most_shared);
    EXPECT_EQ(f.limits.to_share().size(), 10U);
}

TEST(rate_limits, made_up_clients_do_not_free_the_one_near_its_bound) {
    fixture f({.login = {1000, 0}});
    ASSERT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 1000), 1000);
    for (std::size_t i = 0; i < rate_limits::most_keys + 20'000; ++i)
        f.limits.take(rate::login, rate_by::address, "client" + std::to_string(i));
    EXPECT_EQ(f.limits.keys(), rate_limits::most_keys);
    EXPECT_EQ(f.limits.forgotten(), 20'001U);
    EXPECT_EQ(f.passed(rate::login, rate_by::address, "192.0.2.1", 5), 0);
}

TEST(rate_limits, forgets_who_has_gone) {
    fixture f;
    f.passed(rate::login, rate_by::address, "192.0.2.1", 10);
    f.now.advance(60s);
    f.limits.purge();
    EXPECT_EQ(f.limits.keys(), 1U);
    f.now.advance(60s);
    f.limits.purge();
    EXPECT_EQ(f.limits.keys(), 0U);
    EXPECT_TRUE(f.limits.to_share().empty());
}

TEST(route_rates, every_row_is_a_route) {
    std::set<std::string> served;
    std::istringstream in(describe_routes());
    for (std::string method, path, rest; in >> method >> path && std::getline(in, rest);)
        served.insert(method + " " + path);
    for (const auto& r : route_rates()) {
        const auto name = std::string(r.method) + " " + http::with_braces(std::string(r.pattern));
        EXPECT_TRUE(served.contains(name)) << name;
        const auto found = find_route_rates(r.method, r.pattern);
        EXPECT_EQ(std::count(found.begin(), found.end(), &r), 1) << name;
    }
    EXPECT_TRUE(find_route_rates("GET", "/api/auth/login/").empty());
    EXPECT_EQ(find_route_rates("POST", "/api/members/invitations/").size(), 2U) << "by guest and by caller";
}

std::string account_of(std::string_view method, std::string_view pattern, std::string_view body,
                       std::string_view caller = "") {
    json_input::fault wrong;
    return counted_account(*find_route_rates(method, pattern).at(0), *json_input::parse(body, wrong), caller);
}

TEST(route_rates, a_name_counts_however_it_is_spelled) {
    for (const auto* path : {"/api/auth/login/", "/api/v1/auth/token/"}) {
        EXPECT_EQ(account_of("POST", path, R"({"username": " Kim12 "})"), "kim12");
        EXPECT_EQ(account_of("POST", path, R"({"username": "ｋｉｍ１２"})"), "kim12");
        EXPECT_EQ(account_of("POST", path, "{\"username\": \"\u212AIM\u2460\u2461\"}"), "kim12");
        EXPECT_EQ(account_of("POST", path, R"({"username": 12})"), "12") << "as the form reads it";
        EXPECT_EQ(account_of("POST", path, R"({"username": 12.50})"), "12.50");
        for (const auto* nobody :
             {"{}", R"({"username": null})", R"({"username": [1]})", R"({"username": " "})"})
            EXPECT_EQ(account_of("POST", path, nobody), "") << nobody;
    }
    EXPECT_EQ(account_of("POST", "/api/auth/password/reset/", R"({"email": "Ａ@X.ＯＲＧ"})"), "a@x.org");
}

TEST(route_rates, only_calls_that_look_an_email_up_count_as_lookups) {
    EXPECT_EQ(account_of("PATCH", "/api/id-tags/<id>/", R"({"status": "Blocked"})", "7"), "");
    EXPECT_EQ(account_of("PATCH", "/api/id-tags/<id>/", R"({"user_email": "a@x.org"})", "7"), "7");
    EXPECT_EQ(account_of("POST", "/api/charge-points/<pk>/grants/", R"({"email": "a@x.org"})", "7"), "7");
}

} // namespace
} // namespace voltlane::api
