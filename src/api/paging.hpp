#pragma once

#include "shared/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// `limit` and `offset` by the rules of GET /api/sessions/: without a limit, or with an offset, the answer is
// wrapped
// ({"count","next","previous","results"}); with a limit alone it is the bare array. A bad or zero limit
// counts as absent, a bad offset as 0, a limit over 200 as 200.
struct page {
    static constexpr std::int64_t usual = 30;
    static constexpr std::int64_t most = 200;
    // An offset beyond it reads so many index entries that the page may take a while: see parts::searches.
    static constexpr std::int64_t far = 10'000;

    std::int64_t limit = usual;
    std::int64_t offset = 0;
    bool wrapped = true;
    // `?cursor=`: the page goes on behind the row that it names, whatever stands before it; an empty one
    // begins at the first row. The offset counts for nothing then.
    std::optional<std::string> cursor;

    bool far_off() const noexcept { return offset > far; }
};

page read_page(const http::request& r);

// `results` is a JSON array. Links stand on the client's scheme and host, carry limit and offset always, and
// keep every other query parameter.
std::string wrap_page(const http::request& r, const page& p, std::int64_t count, std::string_view results);

// A row's place as an opaque text for `cursor`, and back; nullopt: not one of ours with so many parts. A part
// may hold anything but a comma. The text comes from the client: its parts are checked by whoever reads them.
std::string make_cursor(const std::vector<std::string>& parts);
std::optional<std::vector<std::string>> read_cursor(std::string_view cursor, std::size_t parts);
http::response bad_cursor(); // 400

// The answer to a list that pages by cursors too: wrapped as above and with `next_cursor`, or the bare array;
// in both cases with a Link header to the page behind it. Asked by a cursor, `next` is that page and
// `previous` null. `next_cursor`: of the page's last row; nullopt: nothing stands behind it.
http::response page_response(const http::request& r, const page& p, std::int64_t count, std::string results,
                             const std::optional<std::string>& next_cursor);

} // namespace voltlane::api
