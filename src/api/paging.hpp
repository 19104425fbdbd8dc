#pragma once

#include "shared/http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace voltlane::api {

// `limit` and `offset` by the rules of GET /api/sessions/: without a limit, or with an offset, the answer is
// wrapped
// ({"count","next","previous","results"}); with a limit alone it is the bare array. A bad or zero limit
// counts as absent, a bad offset as 0, a limit over 200 as 200.
struct page {
    static constexpr std::int64_t usual = 30;
    static constexpr std::int64_t most = 200;

    std::int64_t limit = usual;
    std::int64_t offset = 0;
    bool wrapped = true;
};

page read_page(const http::request& r);

// `results` is a JSON array. Links stand on the client's scheme and host, carry limit and offset always, and
// keep every other query parameter.
std::string wrap_page(const http::request& r, const page& p, std::int64_t count, std::string_view results);

} // namespace voltlane::api
