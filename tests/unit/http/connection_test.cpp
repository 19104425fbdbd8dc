#include "server_fixture.hpp"

#include <gtest/gtest.h>

namespace voltlane::http {
namespace {

using testing::client;
using testing::server;

std::string exchange(std::uint16_t port, std::string_view text) {
    client c(port);
    c.send(text);
    return c.read_all();
}

std::string closing(std::string_view line, std::string_view fields = "", std::string_view body = "") {
    return std::string(line) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + std::string(fields) +
           "\r\n" + std::string(body);
}

bool begins(const std::string& answer, std::string_view status) {
    return answer.starts_with("HTTP/1.1 " + std::string(status));
}

TEST(connection, answers_a_request) {
    server s;
    const auto answer = exchange(s.port(), closing("POST /a?b=c", "Content-Length: 5\r\n", "hello"));
    EXPECT_TRUE(begins(answer, "200 OK")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST /a [b=c] hello")) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("Date: "), std::string::npos);
}

TEST(connection, answers_pipelined_requests_in_order_on_one_connection) {
    server s;
    std::string requests;
    for (int i = 1; i <= 50; ++i)
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto answers = exchange(s.port(), requests + closing("GET /last"));
    std::size_t at = 0;
    for (int i = 1; i <= 50; ++i) {
        at = answers.find("GET /" + std::to_string(i) + " []", at);
        ASSERT_NE(at, std::string::npos) << i;
    }
    EXPECT_TRUE(answers.ends_with("GET /last [] "));
}

TEST(connection, reads_a_request_that_comes_byte_by_byte_and_chunked) {
    server s;
    client c(s.port());
    const auto text =
        closing("POST /x", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    for (const char byte : text)
        c.send({&byte, 1});
    EXPECT_TRUE(c.read_all().ends_with("POST /x [] abcde"));
}

TEST(connection, gives_head_the_length_but_no_body) {
    server s;
    const auto answer = exchange(s.port(), closing("HEAD /a"));
    EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    const auto empty = exchange(s.port(), closing("GET /empty"));
    EXPECT_TRUE(begins(empty, "204")) << empty;
    EXPECT_EQ(empty.find("Content-Length"), std::string::npos);
}

TEST(connection, tells_a_client_to_continue) {
    server s;
    client c(s.port());
    c.send(closing("POST /a", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
    EXPECT_NE(c.read_until_contains("\r\n\r\n").find("100 Continue"), std::string::npos);
    c.send("ok");
    EXPECT_TRUE(c.read_all().ends_with("POST /a [] ok"));
}

TEST(connection, streams_in_chunks_and_to_old_clients_until_the_end) {
    server s;
    const auto chunked = exchange(s.port(), closing("GET /stream"));
    EXPECT_TRUE(chunked.ends_with("\r\n\r\n1\r\n1\r\n1\r\n2\r\n1\r\n3\r\n0\r\n\r\n")) << chunked;
    const auto old = exchange(s.port(), "GET /stream HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(old.ends_with("\r\n\r\n123")) << old;
}

TEST(connection, does_not_end_a_stream_that_broke_off) {
    server s;
    // Without "Connection: close": it is the server that ends it.
    const auto broken = exchange(s.port(), "GET /broken HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(broken.ends_with("\r\n\r\n4\r\nhalf\r\n")) << broken;
}

TEST(connection, keeps_old_clients_only_where_they_ask) {
    server s;
    EXPECT_NE(exchange(s.port(), "GET / HTTP/1.0\r\n\r\n").find("Connection: close"), std::string::npos);
    client c(s.port());
    c.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(c.read_until_contains("/1").find("Connection: keep-alive"), std::string::npos);
}

TEST(connection, never_lets_a_value_end_its_header_line) {
    server s;
    const auto answer = exchange(s.port(), closing("GET /header"));
    EXPECT_EQ(answer.find("\r\nX-Injected"), std::string::npos);
}

TEST(connection, turns_an_exception_into_500_and_lives_on) {
    server s;
    client c(s.port());
    c.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n" + closing("GET /next"));
    const auto answers = c.read_all();
    EXPECT_TRUE(begins(answers, "500")) << answers;
    EXPECT_EQ(answers.find("a bug"), std::string::npos);
    EXPECT_TRUE(answers.ends_with("GET /next [] "));
}

struct hostile {
    const char* what;
    std::string request;
    const char* status; // empty: closed without an answer
};

TEST(connection, refuses_malformed_and_oversized_requests) {
    server s;
    const std::string large(max_body_bytes + 1, 'x');
    const std::vector<hostile> table{
        {"no HTTP", "hello\r\n\r\n", "400"},
        {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), "400"},
        {"bad version", "GET / HTTP/3.7\r\nHost: x\r\n\r\n", "505"},
        {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
        {"both lengths",
         closing("POST /", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400"},
        {"both lengths, other order",
         closing("POST /", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), "400"},
        {"two lengths", closing("POST /", "Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), "400"},
        {"no number", closing("POST /", "Content-Length: x\r\n", "abcd"), "400"},
        {"negative", closing("POST /", "Content-Length: -1\r\n"), "400"},
        {"unknown coding", closing("POST /", "Transfer-Encoding: gzip\r\n"), "400"},
        {"bad chunk", closing("POST /", "Transfer-Encoding: chunked\r\n", "zz\r\n"), "400"},
        {"target without slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
        {"announced body too large", closing("POST /", "Content-Length: 99999999\r\n"), "413"},
        {"body too large",
         closing("POST /", "Content-Length: " + std::to_string(large.size()) + "\r\n", large), "413"},
        {"chunked body too large",
         closing("POST /", "Transfer-Encoding: chunked\r\n", "100001\r\n" + large + "\r\n0\r\n\r\n"), "413"},
        {"header too large", closing("GET /", "X: " + std::string(max_header_bytes, 'x') + "\r\n"), "431"},
        {"target too large", closing("GET /" + std::string(max_header_bytes, 'x')), "431"},
    };
    for (const auto& row : table) {
        const auto answer = exchange(s.port(), row.request);
        EXPECT_TRUE(begins(answer, row.status)) << row.what << ": " << answer.substr(0, 200);
    }
    EXPECT_TRUE(begins(exchange(s.port(), closing("GET /alive")), "200"));
}

TEST(connection, large_bodies_share_a_budget_and_small_ones_need_none) {
    server s;
    const auto post = [](std::size_t length) {
        return "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) +
               "\r\nExpect: 100-continue\r\n\r\n";
    };
    std::vector<std::unique_ptr<client>> all;
    for (std::size_t used = 0; used < max_bodies_bytes; used += max_body_bytes) {
        all.push_back(std::make_unique<client>(s.port()));
        all.back()->send(post(max_body_bytes));
        all.back()->read_until_contains("100 Continue\r\n\r\n");
    }
    client late(s.port());
    late.send(post(small_body_bytes + 1));
    EXPECT_TRUE(begins(late.read_until_contains("\r\n\r\n"), "503"));
    client chunked(s.port());
    chunked.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_TRUE(begins(chunked.read_until_contains("\r\n\r\n"), "503"));
    client small(s.port());
    small.send(post(small_body_bytes));
    small.read_until_contains("100 Continue\r\n\r\n");

    all[0]->send(std::string(max_body_bytes, 'x')); // read whole: its share is free again
    all[0]->read_until_contains("xxx");
    client next(s.port());
    next.send(post(max_body_bytes));
    EXPECT_NE(next.read_until_contains("\r\n\r\n").find("100 Continue"), std::string::npos);
}

TEST(connection, closes_idle_connections_when_it_stops) {
    server s;
    client idle(s.port());
    client busy(s.port());
    busy.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    busy.read_until_contains("/1");
    s.stop();
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_EQ(busy.read_all(), "");
}

} // namespace
} // namespace voltlane::http
