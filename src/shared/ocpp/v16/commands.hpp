#pragma once

#include "shared/ocpp/v16/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

// What a 1.6 central system may send: 19 core commands and the security extension's 7. A new command is a row
// of the table in commands.cpp, and nothing else.
namespace voltlane::ocpp::v16 {

// `field` is the top-level or dotted path in camelCase
// (`chargingProfile.chargingSchedule.chargingSchedulePeriod.0.limit`).
struct field_error {
    std::string field;
    std::string message; // a sentence for people, as the REST contract words them
    bool operator==(const field_error&) const = default;
};
using field_errors = std::vector<field_error>;

// Where a command names a transaction: the session's id in REST, the charger's own on the wire.
enum class transaction_place : std::uint8_t {
    none,
    top,     // transactionId
    profile, // csChargingProfiles.transactionId
};

struct command_spec {
    std::string_view name;
    const schema* request;
    const schema* response;
    // Rules between members, run on a payload that passed the table; may be null.
    void (*rules)(const boost::json::object& payload, field_errors& errors) = nullptr;
    transaction_place transaction = transaction_place::none;
    // Whether the payload holds a secret; null: only credentials in URLs count.
    bool (*is_secret)(const boost::json::object& payload) = nullptr;
    std::string_view secret_member{}; // its value is masked where is_secret says so
};

// All, by name ascending.
std::span<const command_spec> commands() noexcept;

// By exact name; nullptr where a central system sends no such call in 1.6.
const command_spec* find_command(std::string_view name) noexcept;

// A charger's answer to a command, for a note to the operator; never a reason to lose it (fuzz E14). Also for
// the simulator: `check_request` is what a charger may hold a command against.
verdict check_response(const command_spec& command, const boost::json::object& payload);
verdict check_request(const command_spec& command, const boost::json::object& payload);

// An operator's params, ready to send, or what is wrong with them.
struct command_check {
    boost::json::object payload; // camelCase, null members gone; meaningful where ok()
    field_errors errors;         // at least one where not ok

    bool ok() const noexcept { return errors.empty(); }
};

// Strict: keys in camelCase or snake_case at every level (`id_tag`, `cs_charging_profiles`), each member at
// most once; unknown members, wrong types, lengths, choices, ranges and the command's own rules are errors
// that name the field. null counts as absent. Values go out as given; only keys change. Integers by the rule
// of as_integer, decimals with at most one fraction digit by decimal text.
command_check check_params(const command_spec& command, const boost::json::object& params);

// JSON text of a payload as it goes to the charger: decimals in plain digits (21.4, never 2.14E1).
std::string payload_text(const boost::json::object& payload);

// The transaction a checked payload names, and replacing it by the charger's own.
std::optional<std::int64_t> transaction_id(const command_spec& command,
                                           const boost::json::object& payload) noexcept;
void set_transaction_id(const command_spec& command, boost::json::object& payload, std::int64_t id);

// Whether the payload must be sealed on its way and masked in rows: an AuthorizationKey, or a URL with a
// password in it.
bool holds_secret(const command_spec& command, const boost::json::object& payload);
// A copy with every secret replaced by `*****` (in URLs only user and password).
boost::json::object mask_secrets(const command_spec& command, const boost::json::object& payload);

} // namespace voltlane::ocpp::v16
