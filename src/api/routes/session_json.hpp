#pragma once

#include "shared/store/session_views.hpp"

#include <string>

namespace voltlane::api {

// A row of GET /api/sessions/. Open sessions run to `now`, which is the same for all rows of a response.
std::string session_json(const store::session_row& s, timestamp now);
// The row and what the detail adds.
std::string session_detail_json(const store::session_row& s, timestamp now);
std::string meter_value_json(const store::meter_value_row& v);

// What `total` shows, from what is shown: whole Wh, whole seconds. nullopt: no price, or under review.
std::optional<money> session_total_shown(const store::session_row& s, timestamp now);

// Thousandths of a Wh as whole Wh, half-up.
std::int64_t whole_wh(std::int64_t mwh);

} // namespace voltlane::api
