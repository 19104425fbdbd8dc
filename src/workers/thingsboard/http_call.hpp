#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::workers {

// One HTTP exchange with another system, by libcurl: certificates are checked, redirects are not followed,
// only http and https are spoken. Blocks its thread until the answer is whole or `patience` is over.
struct http_call {
    std::string method = "GET";
    std::string url;
    std::vector<std::string> headers; // "Name: value"
    std::string body;                 // sent as application/json where not empty
    std::chrono::milliseconds patience{10'000};
    const std::atomic<bool>* stop = nullptr; // once true, the exchange ends without an answer
};

struct http_answer {
    long status = 0; // 0: no answer, `error` says why
    std::string body;
    std::string error;
};

// Answers larger than this are cut off and count as no answer.
inline constexpr std::size_t most_answer_bytes = 1024 * 1024;

http_answer exchange(const http_call& call);

// Percent-encoded for a query or a path segment.
std::string url_encoded(std::string_view text);

} // namespace voltlane::workers
