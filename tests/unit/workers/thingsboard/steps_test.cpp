#include "workers/thingsboard/steps.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers::thingsboard {
namespace {

store::thingsboard_person person(std::string type, bool verified, bool approved) {
    store::thingsboard_person p;
    p.user_type = std::move(type);
    p.email_verified = verified;
    p.is_approved = approved;
    return p;
}

TEST(thingsboard_steps, who_belongs_there) {
    struct row {
        store::thingsboard_person self;
        std::optional<store::thingsboard_person> parent;
        bool belongs;
    };
    const auto customer = person("CUSTOMER", true, true);
    const auto unverified = person("CUSTOMER", false, true);
    const row rows[] = {
        {customer, {}, true},
        {unverified, {}, false},
        {person("student", true, true), {}, false},
        {person("", true, true), {}, false},
        {person("CUSTOMER_USER", true, true), customer, true},
        {person("CUSTOMER_USER", true, true), unverified, false},
        {person("CUSTOMER_USER", true, true), person("student", true, true), false},
        {person("CUSTOMER_USER", true, true), {}, false},
        {person("CUSTOMER_USER", true, false), customer, false},
        {person("CUSTOMER_USER", false, true), customer, false},
    };
    for (const auto& r : rows)
        EXPECT_EQ(belongs_there({r.self, r.parent}), r.belongs)
            << r.self.user_type << ' ' << r.self.email_verified << ' ' << r.self.is_approved;
}

TEST(thingsboard_steps, who_never_was_there_costs_no_call) {
    client nowhere({"http://127.0.0.1:1", "nobody", "nothing"});
    nowhere.set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds(1));
    const auto done =
        bring_in_step(nowhere, {person("student", true, true), {}}, [](const auto&) { FAIL(); });
    EXPECT_TRUE(done.has_value());
}

TEST(thingsboard_steps, a_server_that_is_away_is_tried_again) {
    client nowhere({"http://127.0.0.1:1", "nobody", "nothing"});
    nowhere.set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds(1));
    const auto done =
        bring_in_step(nowhere, {person("CUSTOMER", true, true), {}}, [](const auto&) { FAIL(); });
    ASSERT_FALSE(done.has_value());
    EXPECT_FALSE(done.error().hopeless);
}

TEST(http_call, text_of_a_url_is_percent_encoded) {
    EXPECT_EQ(url_encoded("a b&c=\xC3\xA9/.-_~"), "a%20b%26c%3D%C3%A9%2F.-_~");
}

TEST(http_call, speaks_http_only) {
    http_call c;
    c.url = "file:///etc/hostname";
    const auto a = exchange(c);
    EXPECT_EQ(a.status, 0);
    EXPECT_TRUE(a.body.empty());
    EXPECT_FALSE(a.error.empty());
}

} // namespace
} // namespace voltlane::workers::thingsboard
