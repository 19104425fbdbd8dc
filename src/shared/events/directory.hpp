#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

// csms.directory: what gateways must know without asking anyone. Compacted; key `<tenant id>/<kind>/<id>`; a
// tombstone takes the entry away. Written through the outbox only.
namespace voltlane::events {

inline constexpr int directory_version = 1;

// `0/generation/<topic>`: raised when `topics apply` creates a log anew.
struct generation_entry {
    std::string topic;
    std::int32_t generation = 0;
};

// `<tenant>/tenant/<tenant>`
struct tenant_entry {
    tenant_id id;
    std::string
        key_hash; // SHA-256 of the 32-hex key in the URL, lower-case hex: the key itself is in no topic
    bool accept_unknown_tags = false;
    bool self_registration = true;
    bool require_subprotocol = false;
    std::int64_t max_charge_points = 10'000;
};

// `<tenant>/charge_point/<canonical id>`
struct charge_point_entry {
    charger_key key;
    std::string identity;                  // first spelling seen
    std::string registration = "Accepted"; // Accepted, Pending, Rejected: what BootNotification is answered
    bool deleted = false;                  // a redial gets 404
};

// `<tenant>/id_tag/<folded tag>`
struct id_tag_entry {
    tenant_id tenant;
    std::string id_tag_folded;
    std::string status = "Accepted"; // Accepted, Blocked, Expired, Invalid
    std::optional<timestamp> expiry;
    std::string parent_id_tag; // empty: none
    std::optional<account_id> account;
    std::string user_type; // of that account; empty: none
};

// `<tenant>/vouch/<canonical charge point>/<folded tag>`: a remote start that an account asked for. Holds for
// Authorize, and for one start, until then.
struct vouch_entry {
    charger_key key;
    std::string id_tag_folded;
    std::string command; // command id
    account_id account;
    std::string user_type;
    timestamp from{};
    timestamp until{};
};

using directory_entry =
    std::variant<generation_entry, tenant_entry, charge_point_entry, id_tag_entry, vouch_entry>;

std::string directory_key(const directory_entry& e);
std::string encode(const directory_entry& e);
// By key and value of a record. errc::corrupt. A tombstone's value is empty: the entry is then default but
// for the ids in its key, and `tombstone` is set.
struct directory_record {
    directory_entry entry;
    bool tombstone = false;
};
result<directory_record> parse_directory(std::string_view key, std::string_view value);

} // namespace voltlane::events
