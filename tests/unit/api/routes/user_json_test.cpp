#include "api/routes/user_json.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;

const timestamp noon(std::chrono::seconds(1'700'000'000)); // 2023-11-14T22:13:20Z

store::account anna() {
    store::account a;
    a.id = account_id(7);
    a.username = "anna";
    a.email = "anna@example.com";
    a.first_name = "Anna \"A\"";
    a.last_name = "Ek";
    return a;
}

boost::json::object shown(const store::account& a) {
    return boost::json::parse(user_json(a, noon)).as_object();
}

TEST(user_json, shows_a_user) {
    const auto text = user_json(anna(), noon);
    EXPECT_TRUE(text.starts_with(
        R"({"id":7,"username":"anna","email":"anna@example.com","first_name":"Anna \"A\"",)"
        R"("last_name":"Ek","is_active":true,"is_staff":false,"profile":{"expired":false,"expiry_date":null})"))
        << text;
    auto admin = anna();
    admin.role = domain::role::super_admin;
    EXPECT_TRUE(shown(admin).at("is_staff").as_bool());
}

TEST(user_json, tells_who_may_not_log_in_and_when_an_account_expires) {
    for (const auto flag :
         {&store::account::is_active, &store::account::email_verified, &store::account::is_approved}) {
        auto a = anna();
        a.*flag = false;
        EXPECT_FALSE(shown(a).at("is_active").as_bool());
    }
    struct row {
        std::chrono::microseconds from_now;
        bool expired;
        std::string_view date;
    };
    for (const auto& r : {row{-1s, true, "2023-11-14T22:13:19Z"}, row{0s, true, "2023-11-14T22:13:20Z"},
                          row{1us, false, "2023-11-14T22:13:20Z"}}) {
        auto a = anna();
        a.expires_at = noon + r.from_now;
        const auto profile = shown(a).at("profile").as_object();
        EXPECT_EQ(profile.at("expired").as_bool(), r.expired);
        EXPECT_EQ(profile.at("expiry_date").as_string(), r.date);
        EXPECT_TRUE(shown(a).at("is_active").as_bool()); // that is another matter
    }
}

} // namespace
} // namespace voltlane::api
