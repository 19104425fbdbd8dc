#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::ocpp {

// Bytes of an id after percent-decoding; 1.6 sets no bound, 2.0.1 says 48. Longer: malformed_id.
inline constexpr std::size_t max_charge_point_id_bytes = 255;
// Bytes of a request target that is looked at. Longer: malformed_id.
inline constexpr std::size_t max_target_bytes = 4096;
inline constexpr std::size_t tenant_key_digits = 32;

enum class target_status {
    ok,
    not_a_charger_path, // 404: no `/api/v16/<key>` or `/ocpp/<key>` in it, or a key that is not 32 hex digits
    malformed_id, // 400: empty, undecodable, too long, no UTF-8, or with characters that are not allowed
};

// Where a charger dials, from the upgrade's request target.
struct dial_target {
    target_status status = target_status::not_a_charger_path;
    std::string tenant_key;   // 32 lower-case hex digits: a secret, never logged
    std::string id;           // as the charger spells it
    std::string canonical_id; // see canonical_charge_point_id
};

// `/api/v16/<key>/<id>` and `/ocpp/<key>/<id>`. Tolerated (field-notes 8): anything before these segments (a
// whole URL as path), segments between key and id (the id is the last one that is not empty), repeated and
// trailing slashes, a query string, an upper-case key.
dial_target parse_dial_target(std::string_view target);

// One path segment, percent-decoded once, as an id; nullopt where it is malformed. Refused: a slash (also as
// %2F: it would make keys and URLs ambiguous), control characters (C0, DEL, C1), `.`, `..`, blanks only,
// bytes that are no UTF-8.
std::optional<std::string> decode_charge_point_id(std::string_view segment);

// Whether a decoded id (as an operator gives it) is one that a charger could dial with.
bool is_charge_point_id(std::string_view id) noexcept;

// ASCII letters in lower case: what ids are compared and keyed by (field-notes 9 and 10).
std::string canonical_charge_point_id(std::string_view id);

} // namespace voltlane::ocpp
