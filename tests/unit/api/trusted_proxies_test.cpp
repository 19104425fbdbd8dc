#include "api/trusted_proxies.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

http::request from(std::string peer, http::field_list headers = {}) {
    http::request r;
    r.peer = std::move(peer);
    r.headers = std::move(headers);
    return r;
}

std::string client(const char* list, std::string peer, std::string forwarded) {
    auto r = from(std::move(peer), {{"x-forwarded-for", std::move(forwarded)}});
    return trusted_proxies(list).settle(r);
}

struct row {
    const char* list;
    const char* peer;
    const char* forwarded;
    const char* client;
};

TEST(trusted_proxies, the_client_is_the_last_hop_that_is_none_of_them) {
    for (const auto& t : {
             row{"", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
             row{"", "10.0.0.1", "192.0.2.1", "10.0.0.1"},
             row{"127.0.0.1", "127.0.0.1", "", "127.0.0.1"},
             row{"127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
             row{"127.0.0.1", "127.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"},
             row{"127.0.0.1", "203.0.113.9", "192.0.2.1", "203.0.113.9"},
             row{"10.0.0.0/8,127.0.0.1", "127.0.0.1", "6.6.6.6, 192.0.2.1, 10.9.9.9", "192.0.2.1"},
             row{"10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
             row{"10.0.0.0/8", "10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1"},
             row{"10.0.0.0/8", "10.0.0.1", "nonsense, 10.0.0.2", "10.0.0.2"},
             row{"10.0.0.0/8", "10.0.0.1", ",, 192.0.2.1 ,", "192.0.2.1"},
             row{"10.0.0.0/8", "10.0.0.1", "192.0.2.1:4711", "192.0.2.1"},
             row{"10.0.0.0/8", "10.0.0.1", "\"[2001:db8::1]:4711\"", "2001:db8::1"},
             row{"10.0.0.0/8", "10.0.0.1", "2001:DB8:0::1", "2001:db8::1"},
             row{"10.0.0.0/8", "::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"},
             row{"172.16.0.0/12", "172.31.255.255", "192.0.2.1", "192.0.2.1"},
             row{"172.16.0.0/12", "172.32.0.0", "192.0.2.1", "172.32.0.0"},
             row{"fd00::/8", "fd12::1", "192.0.2.1", "192.0.2.1"},
             row{"fd00::/8", "fe80::1", "192.0.2.1", "fe80::1"},
             row{"::1", "::1", "192.0.2.1", "192.0.2.1"},
             row{"0.0.0.0/0", "8.8.8.8", "9.9.9.9", "9.9.9.9"},
             row{"0.0.0.0/0", "", "9.9.9.9", ""},
             row{"10.0.0.1", "10.0.0.1", "[", "10.0.0.1"},
         })
        EXPECT_EQ(client(t.list, t.peer, t.forwarded), t.client)
            << t.list << " " << t.peer << " " << t.forwarded;
}

TEST(trusted_proxies, fields_of_the_same_name_are_one_list) {
    auto r = from("10.0.0.1", {{"x-forwarded-for", "6.6.6.6"}, {"x-forwarded-for", "192.0.2.1"}});
    EXPECT_EQ(trusted_proxies("10.0.0.1").settle(r), "192.0.2.1");
}

TEST(trusted_proxies, scheme_and_host_are_those_of_the_proxy_nearest_to_the_client) {
    const trusted_proxies known("10.0.0.0/8");
    auto one = from("10.0.0.1", {{"x-forwarded-for", "192.0.2.1"},
                                 {"x-forwarded-proto", "http, https"},
                                 {"x-forwarded-host", "evil.example, csms.example"}});
    known.settle(one);
    EXPECT_EQ(one.header("x-forwarded-proto"), "https");
    EXPECT_EQ(one.header("x-forwarded-host"), "csms.example");

    auto two = from("10.0.0.1", {{"x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.0.0.2"},
                                 {"x-forwarded-proto", "ftp, https, http"},
                                 {"x-forwarded-host", "csms.example"}});
    known.settle(two);
    EXPECT_EQ(two.header("x-forwarded-proto"), "https");
    EXPECT_EQ(two.header("x-forwarded-host"), "csms.example");

    auto nobody = from("192.0.2.1", {{"x-forwarded-proto", "https"}, {"x-forwarded-host", "evil.example"}});
    known.settle(nobody);
    EXPECT_EQ(nobody.header("x-forwarded-proto"), "");
    EXPECT_EQ(nobody.header("x-forwarded-host"), "");
}

TEST(trusted_proxies, tell_what_is_passed_over) {
    const trusted_proxies known("10.0.0.0/8");
    http::request r;
    for (const auto* peer : {"10.0.0.1", "::ffff:10.0.0.1", "192.0.2.1", "nonsense"}) {
        r.peer = peer;
        EXPECT_FALSE(known.passes_over(r)) << peer;
    }
    r.headers = {{"x-forwarded-for", "198.51.100.7"}};
    for (const auto& [peer, expected] : {std::pair{"10.0.0.1", false},
                                         {"::ffff:10.0.0.1", false},
                                         {"192.0.2.1", true},
                                         {"nonsense", true}}) {
        r.peer = peer;
        EXPECT_EQ(known.passes_over(r), expected) << peer;
        EXPECT_TRUE(trusted_proxies().passes_over(r)) << peer;
    }
}

TEST(trusted_proxies, a_list_is_checked) {
    for (const auto* good :
         {"", " ", "127.0.0.1", "10.0.0.0/8, ::1,fd00::/8", "0.0.0.0/0", "::/0", "1.2.3.4/32"})
        EXPECT_EQ(trusted_proxies::check(good), "") << good;
    for (const auto* bad :
         {"localhost", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/-1", "10.0.0/8", "1.2.3.4;"})
        EXPECT_NE(trusted_proxies::check(bad), "") << bad;
    EXPECT_THROW(trusted_proxies("nonsense"), std::invalid_argument);
}

} // namespace
} // namespace voltlane::api
