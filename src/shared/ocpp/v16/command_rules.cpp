#include "shared/ocpp/v16/command_rules.hpp"

#include "shared/base/json.hpp"
#include "shared/base/text.hpp"
#include "shared/base/time.hpp"

#include <algorithm>
#include <unordered_set>

namespace voltlane::ocpp::v16::rules {
namespace {

using boost::json::object;

std::string_view text_of(const object& o, std::string_view name) {
    return jsonio::find_string(o, name).value_or("");
}

// `first` is later than or equal to `second`, where both are there.
bool is_reversed(const object& o, std::string_view first, std::string_view second) {
    const auto a = parse_rfc3339(text_of(o, first));
    const auto b = parse_rfc3339(text_of(o, second));
    return a && b && *a >= *b;
}

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const char lower = ascii_lower(c);
        return (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
    });
}

void check_periods(const object& schedule, const std::string& path, field_errors& errors) {
    std::int64_t last = -1;
    std::size_t at = 0;
    for (const auto& item : *jsonio::find_array(schedule, "chargingSchedulePeriod")) {
        const auto& period = item.get_object();
        const auto here = path + ".chargingSchedulePeriod." + std::to_string(at);
        const auto start = *jsonio::find_integer(period, "startPeriod");
        if (at == 0 && start != 0)
            errors.push_back({here + ".startPeriod", "The first period must start at 0."});
        if (at > 0 && start <= last)
            errors.push_back({here + ".startPeriod", "Periods must start one after the other."});
        if (period.at("limit").to_number<double>() < 0)
            errors.push_back({here + ".limit", "Ensure this value is greater than or equal to 0."});
        const auto phases = jsonio::find_integer(period, "numberPhases").value_or(3);
        if (phases < 1 || phases > 3)
            errors.push_back({here + ".numberPhases", "Ensure this value is 1, 2 or 3."});
        last = start;
        ++at;
    }
}

void check_profile(const object& profile, const std::string& path, field_errors& errors) {
    const bool recurring = text_of(profile, "chargingProfileKind") == "Recurring";
    const bool has_recurrency = profile.contains("recurrencyKind");
    if (recurring && !has_recurrency)
        errors.push_back({path + ".recurrencyKind", "This field is required for a recurring profile."});
    if (!recurring && has_recurrency)
        errors.push_back({path + ".recurrencyKind", "Only a recurring profile has this field."});
    if (is_reversed(profile, "validFrom", "validTo"))
        errors.push_back({path + ".validTo", "Ensure this is later than validFrom."});
    check_periods(*jsonio::find_object(profile, "chargingSchedule"), path + ".chargingSchedule", errors);
}

} // namespace

bool sets_authorization_key(const object& payload) {
    return iequals(trim(text_of(payload, "key")), "AuthorizationKey");
}

void change_configuration(const object& payload, field_errors& errors) {
    const auto value = text_of(payload, "value");
    if (sets_authorization_key(payload)) {
        const bool plain = value.size() >= 16 && value.size() <= 20;
        const bool hex = value.size() >= 32 && value.size() <= 40 && value.size() % 2 == 0 && is_hex(value);
        if (!plain && !hex)
            errors.push_back(
                {"value", "An AuthorizationKey has 16 to 20 characters, or 32 to 40 hexadecimal digits."});
    } else if (iequals(trim(text_of(payload, "key")), "SecurityProfile")) {
        if (value.size() != 1 || value[0] < '0' || value[0] > '3')
            errors.push_back({"value", "A SecurityProfile is 0, 1, 2 or 3."});
    }
}

void remote_start(const object& payload, field_errors& errors) {
    const auto* profile = jsonio::find_object(payload, "chargingProfile");
    if (profile == nullptr) return;
    if (text_of(*profile, "chargingProfilePurpose") != "TxProfile")
        errors.push_back(
            {"chargingProfile.chargingProfilePurpose", "A remote start takes a TxProfile only."});
    if (profile->contains("transactionId"))
        errors.push_back({"chargingProfile.transactionId", "The transaction does not exist yet."});
    check_profile(*profile, "chargingProfile", errors);
}

void set_charging_profile(const object& payload, field_errors& errors) {
    const auto connector = *jsonio::find_integer(payload, "connectorId");
    const auto& profile = *jsonio::find_object(payload, "csChargingProfiles");
    const auto purpose = text_of(profile, "chargingProfilePurpose");
    const bool names_transaction = profile.contains("transactionId");
    if (purpose == "ChargePointMaxProfile" && connector != 0)
        errors.push_back({"connectorId", "A ChargePointMaxProfile is for connector 0 only."});
    if (purpose == "TxProfile" && connector == 0)
        errors.push_back({"connectorId", "A TxProfile is for a connector above 0 only."});
    if (purpose == "TxProfile" && !names_transaction)
        errors.push_back({"csChargingProfiles.transactionId", "This field is required for a TxProfile."});
    if (purpose != "TxProfile" && names_transaction)
        errors.push_back({"csChargingProfiles.transactionId", "Only a TxProfile has this field."});
    check_profile(profile, "csChargingProfiles", errors);
}

void send_local_list(const object& payload, field_errors& errors) {
    const auto* list = jsonio::find_array(payload, "localAuthorizationList");
    if (list == nullptr) return;
    const bool full = text_of(payload, "updateType") == "Full";
    std::unordered_set<std::string> seen;
    std::size_t at = 0;
    for (const auto& item : *list) {
        const auto& entry = item.get_object();
        const auto here = "localAuthorizationList." + std::to_string(at++);
        if (full && !entry.contains("idTagInfo"))
            errors.push_back({here + ".idTagInfo", "This field is required in a full list."});
        if (!seen.insert(ascii_lower(text_of(entry, "idTag"))).second)
            errors.push_back({here + ".idTag", "This tag stands in the list already."});
    }
}

void get_diagnostics(const object& payload, field_errors& errors) {
    if (is_reversed(payload, "startTime", "stopTime"))
        errors.push_back({"stopTime", "Ensure this is later than startTime."});
}

void get_log(const object& payload, field_errors& errors) {
    if (is_reversed(*jsonio::find_object(payload, "log"), "oldestTimestamp", "latestTimestamp"))
        errors.push_back({"log.latestTimestamp", "Ensure this is later than oldestTimestamp."});
}

} // namespace voltlane::ocpp::v16::rules
