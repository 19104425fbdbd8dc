#pragma once

#include "api/call.hpp"

namespace voltlane::api {

// GET /api/v1/schema/: the API's description (src/api/openapi.yaml), as YAML, or as JSON where Accept or
// `?format=json` asks for it; and the two pages that render it, /api/v1/schema/swagger-ui/ and
// /api/v1/schema/redoc/. Nothing here needs a token, and the pages load nothing from elsewhere.
class schema_routes {
public:
    void add_to(router& table);
};

// Whether a client prefers JSON to YAML: only where its Accept names a JSON type, and rates no YAML type
// higher.
bool prefers_json(std::string_view accept);

} // namespace voltlane::api
