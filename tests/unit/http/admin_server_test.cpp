#include "shared/http/admin_server.hpp"

#include "server_fixture.hpp"
#include "shared/http/acceptor.hpp"

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace voltlane::http {
namespace {

class admin_server_test : public ::testing::Test {
protected:
    admin_server_test()
        : server_(context_.get_executor(), {"127.0.0.1", 0}, registry_, [this] { return why_not_; }) {
        registry_.add_counter("things_total", "Things").Increment(3);
        server_.start();
    }
    ~admin_server_test() override {
        context_.stop();
        if (thread_.joinable()) thread_.join();
    }
    std::string get(std::string_view line) {
        if (!thread_.joinable()) thread_ = std::thread([this] { context_.run(); });
        testing::client c(server_.port());
        c.send(std::string(line) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return c.read_all();
    }

    boost::asio::io_context context_{1};
    metrics::registry registry_;
    std::string why_not_;
    admin_server server_;
    std::thread thread_;
};

TEST_F(admin_server_test, serves_metrics_and_liveness) {
    EXPECT_NE(get("GET /livez").find("200 OK"), std::string::npos);
    EXPECT_NE(get("GET /metrics").find("voltlane_things_total 3"), std::string::npos);
    EXPECT_NE(get("GET /other").find("404"), std::string::npos);
    const auto post = get("POST /livez");
    EXPECT_NE(post.find("405"), std::string::npos);
    EXPECT_NE(post.find("Allow: GET, HEAD"), std::string::npos);
}

TEST_F(admin_server_test, tells_why_it_is_not_ready) {
    why_not_ = "the view is not loaded";
    const auto answer = get("GET /readyz");
    EXPECT_NE(answer.find("503"), std::string::npos);
    EXPECT_NE(answer.find("the view is not loaded"), std::string::npos);
}

TEST_F(admin_server_test, is_ready_when_nothing_speaks_against_it) {
    EXPECT_NE(get("GET /readyz").find("200 OK"), std::string::npos);
}

TEST_F(admin_server_test, finds_its_port_taken) {
    const host_port same{"127.0.0.1", server_.port()};
    EXPECT_THROW(require_free(context_.get_executor(), same), boost::system::system_error);
}

} // namespace
} // namespace voltlane::http
