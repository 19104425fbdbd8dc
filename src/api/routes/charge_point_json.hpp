#pragma once

#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/price_book.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voltlane::api {

// A row of GET /api/charge-points/. `pk`: see primary_keys.
std::string charge_point_json(const store::charge_point& c, std::string_view pk);
std::string charge_point_detail_json(const store::charge_point& c, std::string_view pk, bool connected);
// Of an account: with `user`, `user_email` and `user_name`; of a user type: with `user_type`.
std::string held_price_json(const store::held_price& p);

std::string long_key(const store::charge_point& c);  // `<tenant id>~<id>`
std::string short_key(const store::charge_point& c); // the id, unless it reads as a long form

// The id of each, and `<tenant id>~<id>` only where an id is not unique (without case) among them and not
// that of the caller's `own` tenant, or looks like another tenant's long form.
std::vector<std::string> primary_keys(const std::vector<store::charge_point>& visible,
                                      std::optional<tenant_id> own);

} // namespace voltlane::api
