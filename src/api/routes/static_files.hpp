#pragma once

#include "api/call.hpp"
#include "api/routes/embedded_file.hpp"

#include <string_view>

namespace voltlane::api {

// nullptr: the program carries no file of that name. Names are compared, never opened.
const embedded_file* find_embedded(std::string_view name) noexcept;

// 200 with the file, or 304 where If-None-Match names its hash. Large files are written in pieces as the
// client takes them, so that a slow one holds no copy. `forever`: the address holds the hash, so that
// browsers need not ask again.
http::response file_response(const http::request& r, const embedded_file& file, bool forever);

// GET /api/v1/schema/static/<file>/: what the pages of schema_routes load.
class static_file_routes {
public:
    void add_to(router& table);
};

} // namespace voltlane::api
