#include "gateway/net/admission.hpp"

#include <gtest/gtest.h>

namespace voltlane::gateway {
namespace {

constexpr std::string_view tenant_key = "0123456789abcdef0123456789abcdef";
const std::string upgrade_fields =
    "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

class admission_test : public ::testing::Test {
protected:
    admission_test() {
        tenant.id = tenant_id{1};
        tenant.key_hash = key_hash(tenant_key);
        directory.apply(tenant);
        directory.apply(
            events::charge_point_entry{.key = {tenant_id{1}, "gone"}, .identity = "GONE", .deleted = true});
        directory.apply(events::charge_point_entry{.key = {tenant_id{1}, "known"}, .identity = "KNOWN"});
    }

    admission knock(const std::string& path, const std::string& more = {}) {
        const auto head = "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + upgrade_fields + more + "\r\n";
        return admit(read_upgrade_request(head), directory, at);
    }
    admission knock_at(const std::string& id, const std::string& more = {}) {
        return knock("/api/v16/" + std::string(tenant_key) + "/" + id, more);
    }

    events::tenant_entry tenant;
    directory_view directory;
    door at{.ready = true, .full = false};
};

TEST_F(admission_test, a_charger_comes_in_under_its_canonical_id) {
    const auto a = knock_at("CP%20One", "Sec-WebSocket-Protocol: ocpp1.6\r\n");
    ASSERT_TRUE(a.accepted()) << a.reason;
    EXPECT_EQ(a.who.key, (charger_key{tenant_id{1}, "cp one"}));
    EXPECT_EQ(a.who.identity, "CP One");
    EXPECT_TRUE(a.echo_protocol);
    EXPECT_EQ(a.who.key_version, 0u);
    EXPECT_TRUE(knock("/ocpp/" + std::string(tenant_key) + "/x").accepted());
}

TEST_F(admission_test, paths_and_ids) {
    struct row {
        std::string path;
        unsigned status;
    };
    const std::string base = "/api/v16/" + std::string(tenant_key);
    for (const auto& [path, status] : std::vector<row>{{"/", 404},
                                                       {"/api/v16/short/x", 404},
                                                       {"/api/v16/ffffffffffffffffffffffffffffffff/x", 404},
                                                       {base + "/", 400},
                                                       {base + "/%C3%28", 400},
                                                       {base + "/%00", 400},
                                                       {base + "/a%2Fb", 400},
                                                       {base + "/..", 400},
                                                       {base + "/" + std::string(300, 'x'), 400},
                                                       {base + "/GONE", 404},
                                                       {base + "/x/", 101},
                                                       {base + "/x?id=y", 101}})
        EXPECT_EQ(knock(path).status, status) << path;
}

TEST_F(admission_test, sub_protocols) {
    EXPECT_EQ(knock_at("x", "Sec-WebSocket-Protocol: ocpp2.0.1\r\n").status, 400u);
    EXPECT_TRUE(knock_at("x", "Sec-WebSocket-Protocol: ocpp2.0.1\r\nSec-WebSocket-Protocol: ocpp1.6\r\n")
                    .echo_protocol);
    EXPECT_TRUE(knock_at("x").accepted());
    EXPECT_FALSE(knock_at("x").echo_protocol);
    tenant.require_subprotocol = true;
    directory.apply(tenant);
    EXPECT_EQ(knock_at("x").status, 400u);
}

TEST_F(admission_test, self_registration_and_the_tenants_cap) {
    tenant.max_charge_points = 2;
    directory.apply(tenant);
    EXPECT_EQ(knock_at("new", "Sec-WebSocket-Protocol: ocpp2.0.1\r\n").status, 400u);
    EXPECT_TRUE(knock_at("new").accepted()) << "what was refused holds no place";
    EXPECT_TRUE(knock_at("NEW").accepted()) << "dials again";
    EXPECT_EQ(knock_at("another").status, 503u);
    EXPECT_TRUE(knock_at("known").accepted());
    tenant.self_registration = false;
    directory.apply(tenant);
    EXPECT_EQ(knock_at("another").status, 404u);
    EXPECT_TRUE(knock_at("known").accepted());
}

TEST_F(admission_test, a_burst_of_unknown_charge_points_stops_at_the_cap) {
    tenant.max_charge_points = 3;
    directory.apply(tenant);
    int accepted = 0;
    for (int i = 0; i < 200; ++i)
        accepted += knock_at("new" + std::to_string(i)).accepted() ? 1 : 0;
    EXPECT_EQ(accepted, 2) << "and the one that is known";
}

TEST_F(admission_test, it_is_noted_by_which_key_a_charger_came_in) {
    tenant.key_hash = key_hash("ffffffffffffffffffffffffffffffff");
    directory.apply(tenant);
    EXPECT_EQ(knock_at("known").status, 404u);
    EXPECT_EQ(knock("/api/v16/ffffffffffffffffffffffffffffffff/known").who.key_version, 1u);
}

TEST_F(admission_test, limits_come_before_the_tenant_is_looked_up) {
    at.full = true;
    EXPECT_EQ(knock_at("x").status, 503u);
    EXPECT_EQ(knock("/api/v16/ffffffffffffffffffffffffffffffff/x").status, 503u);
    EXPECT_EQ(knock_at("%00").status, 400u);
    at = {.ready = false, .full = false};
    EXPECT_EQ(knock_at("x").status, 503u);
}

TEST_F(admission_test, the_reason_of_a_refusal_never_names_the_key) {
    for (const auto* id : {"GONE", "%00", ""})
        EXPECT_EQ(knock_at(id).reason.find(tenant_key), std::string::npos);
}

TEST(upgrade_request, kinds) {
    using kind = upgrade_request::kind;
    const auto what = [](const std::string& head) {
        return read_upgrade_request(head).what;
    };
    const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(what("\x16\x03\x01\r\n\r\n"), kind::not_http);
    EXPECT_EQ(what("SSH-2.0-x\r\n\r\n"), kind::not_http);
    EXPECT_EQ(what(get + "bad header\r\n\r\n"), kind::malformed);
    EXPECT_EQ(what(get + "\r\n"), kind::plain_http);
    EXPECT_EQ(what("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"), kind::plain_http);
    EXPECT_EQ(what(get + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), kind::plain_http);
    EXPECT_EQ(what(get + upgrade_fields + "\r\n"), kind::upgrade);
    EXPECT_EQ(what("POST / HTTP/1.1\r\n" + upgrade_fields + "\r\n"), kind::broken);
    EXPECT_EQ(what("GET / HTTP/1.0\r\n" + upgrade_fields + "\r\n"), kind::broken);
    EXPECT_EQ(what(get + upgrade_fields + "Content-Length: 3\r\n\r\n"), kind::broken);
    EXPECT_EQ(what(get + upgrade_fields + "Transfer-Encoding: chunked\r\n\r\n"), kind::broken);
    EXPECT_EQ(what(get + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"), kind::broken);
    EXPECT_EQ(what(get + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
              kind::broken);
    EXPECT_EQ(what(get + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: short\r\n\r\n"),
              kind::broken);
}

TEST(upgrade_request, the_minimal_upgrade_offers_no_extension) {
    const auto r = read_upgrade_request("GET / HTTP/1.1\r\n" + upgrade_fields +
                                        "Sec-WebSocket-Extensions: permessage-deflate; foo=\"\r\n\r\n");
    ASSERT_EQ(r.what, upgrade_request::kind::upgrade);
    EXPECT_EQ(minimal_upgrade(r).find("permessage"), std::string::npos);
    EXPECT_LT(minimal_upgrade(r).size(), 400u) << "room for a first frame in Beast's handshake buffer";
}

TEST(refusals, say_when_to_come_again) {
    const auto busy = refusal_text(503, "not ready", 10);
    EXPECT_TRUE(busy.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    EXPECT_NE(busy.find("Retry-After: 10\r\n"), std::string::npos);
    EXPECT_NE(refusal_text(426, "x", 0).find("Upgrade: websocket\r\n"), std::string::npos);
    EXPECT_EQ(refusal_text(404, "x", 0).find("Retry-After"), std::string::npos);
}

} // namespace
} // namespace voltlane::gateway
