#include "simulator/charger/configuration.hpp"

#include "shared/base/json.hpp"
#include "shared/base/text.hpp"
#include "simulator/charger/meter_values.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace voltlane::simulator {
namespace {

enum class kind : std::uint8_t { text, boolean, number, percent, measurands, secret, security_profile };
enum class access : std::uint8_t { read_write, read_only, write_only, after_reboot };

struct row {
    std::string_view name;
    std::string_view initial;
    kind type = kind::text;
    access may = access::read_write;
    std::optional<key> known{};
};

constexpr std::string_view connectors_name = "NumberOfConnectors";
constexpr std::int64_t most_number = 30 * 86'400; // every number here is a count or seconds
constexpr std::string_view usual_values =
    "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC";
constexpr auto ro = access::read_only;
constexpr auto rw = access::read_write;

constexpr auto rows = std::to_array<row>({
    {"AdditionalRootCertificateCheck", "false", kind::boolean, ro},
    {"AllowOfflineTxForUnknownId", "false", kind::boolean, rw, key::allow_offline_tx},
    {"AuthorizationCacheEnabled", "true", kind::boolean, rw, key::authorization_cache},
    {"AuthorizationKey", "", kind::secret, access::write_only},
    {"AuthorizeRemoteTxRequests", "false", kind::boolean, rw, key::authorize_remote},
    {"BlinkRepeat", "3", kind::number},
    {"CertificateSignedMaxChainSize", "10000", kind::number, ro, key::certificate_max_chain},
    {"CertificateStoreMaxLength", "8", kind::number, ro},
    {"ChargeProfileMaxStackLevel", "8", kind::number, ro, key::max_stack_level},
    {"ChargingScheduleAllowedChargingRateUnit", "Current,Power", kind::text, ro},
    {"ChargingScheduleMaxPeriods", "24", kind::number, ro, key::max_schedule_periods},
    {"ClockAlignedDataInterval", "0", kind::number, rw, key::clock_aligned_interval},
    {"ConnectionTimeOut", "60", kind::number, rw, key::connection_time_out},
    {"ConnectorPhaseRotation", "0.RST", kind::text},
    {"ConnectorSwitch3to1PhaseSupported", "false", kind::boolean, ro},
    {"CpoName", "Voltlane", kind::text},
    {"GetConfigurationMaxKeys", "100", kind::number, ro, key::get_configuration_max_keys},
    {"HeartbeatInterval", "300", kind::number, rw, key::heartbeat_interval},
    {"LightIntensity", "80", kind::percent},
    {"LocalAuthListEnabled", "true", kind::boolean, rw, key::local_list_enabled},
    {"LocalAuthListMaxLength", "1000", kind::number, ro, key::local_list_max_length},
    {"LocalAuthorizeOffline", "true", kind::boolean, rw, key::local_authorize_offline},
    {"LocalPreAuthorize", "false", kind::boolean, rw, key::local_pre_authorize},
    {"MaxChargingProfilesInstalled", "16", kind::number, ro, key::max_profiles},
    {"MaxEnergyOnInvalidId", "0", kind::number},
    {"MessageTimeout", "30", kind::number, rw, key::message_timeout},
    {"MeterValueSampleInterval", "60", kind::number, rw, key::sample_interval},
    {"MeterValuesAlignedData", "Energy.Active.Import.Register", kind::measurands, rw, key::aligned_data},
    {"MeterValuesSampledData", usual_values, kind::measurands, rw, key::sampled_data},
    {"MinimumStatusDuration", "0", kind::number},
    {connectors_name, "", kind::number, ro},
    {"ReserveConnectorZeroSupported", "true", kind::boolean, ro, key::reserve_zero},
    {"ResetRetries", "1", kind::number},
    {"SecurityProfile", "0", kind::security_profile},
    {"SendLocalListMaxLength", "200", kind::number, ro, key::send_local_list_max_length},
    {"StopTransactionOnEVSideDisconnect", "true", kind::boolean},
    {"StopTransactionOnInvalidId", "true", kind::boolean, rw, key::stop_on_invalid_id},
    {"StopTxnAlignedData", "", kind::measurands},
    {"StopTxnSampledData", "", kind::measurands, rw, key::stop_sampled_data},
    {"SupportedFeatureProfiles",
     "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger", kind::text,
     ro},
    {"SupportedFileTransferProtocols", "FTP,FTPS,HTTP,HTTPS", kind::text, ro},
    {"TransactionMessageAttempts", "3", kind::number, rw, key::message_attempts},
    {"TransactionMessageRetryInterval", "10", kind::number, rw, key::message_retry_interval},
    {"UnlockConnectorOnEVSideDisconnect", "true", kind::boolean},
    {"WebSocketPingInterval", "0", kind::number, access::after_reboot, key::ping_interval},
});
static_assert(rows.size() <= std::numeric_limits<std::uint8_t>::max());

std::size_t find(std::string_view name) {
    const auto at =
        std::find_if(rows.begin(), rows.end(), [name](const row& r) { return iequals(r.name, name); });
    return static_cast<std::size_t>(at - rows.begin());
}

constexpr auto by_key = [] {
    std::array<std::uint8_t, rows.size()> out{};
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].known) out[static_cast<std::size_t>(*rows[i].known)] = static_cast<std::uint8_t>(i);
    return out;
}();

std::size_t row_of(key k) {
    return by_key[static_cast<std::size_t>(k)];
}

bool is_measurand_list(std::string_view list) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (!is_known_measurand(trim(list.substr(0, comma)))) return false;
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return true;
}

// What is wrong with a value of this key; empty: nothing.
std::string_view fault(const row& r, std::string_view value) {
    const auto number = parse_integer<std::int64_t>(value);
    switch (r.type) {
    case kind::text: return {};
    case kind::boolean: return value == "true" || value == "false" ? "" : "must be true or false";
    case kind::number:
        return number && *number >= 0 && *number <= most_number ? "" : "must be a number from 0 to 2592000";
    case kind::percent: return number && *number >= 0 && *number <= 100 ? "" : "must be from 0 to 100";
    case kind::measurands:
        return is_measurand_list(value) ? "" : "must be a list of measurands that the meter has";
    case kind::secret: return value.size() >= 16 && value.size() <= 40 ? "" : "must have 16 to 40 characters";
    case kind::security_profile: return "needs credentials, which a simulated charger has not";
    }
    return {};
}

} // namespace

configuration::configuration(int connectors, const std::vector<std::pair<std::string, std::string>>& factory)
    : connectors_(connectors) {
    for (const auto& [name, value] : factory)
        put(find(name), value);
    put(find(connectors_name), std::to_string(connectors_));
}

std::string configuration::check_factory_value(std::string_view name, std::string_view value) {
    const auto at = find(name);
    if (at == rows.size()) return "is no configuration key of a simulated charger";
    if (rows[at].name == connectors_name) return "is set by station.connectors";
    return std::string(fault(rows[at], value));
}

std::string_view configuration::at(std::size_t row) const {
    for (const auto& [changed, value] : changed_)
        if (changed == row) return value;
    return rows[row].initial;
}

void configuration::put(std::size_t row, std::string value) {
    for (auto& [changed, old] : changed_)
        if (changed == row) {
            old = std::move(value);
            return;
        }
    changed_.emplace_back(static_cast<std::uint8_t>(row), std::move(value));
}

std::string_view configuration::text(key k) const {
    return at(row_of(k));
}

std::int64_t configuration::integer(key k) const {
    return parse_integer<std::int64_t>(text(k)).value_or(0);
}

bool configuration::flag(key k) const {
    return text(k) == "true";
}

void configuration::set(key k, std::string value) {
    put(row_of(k), std::move(value));
}

change_outcome configuration::change(std::string_view name, std::string_view value) {
    const auto at = find(name);
    if (at == rows.size()) return change_outcome::not_supported;
    const auto& r = rows[at];
    if (r.may == access::read_only || !fault(r, value).empty()) return change_outcome::rejected;
    put(at, std::string(value));
    return r.may == access::after_reboot ? change_outcome::reboot_required : change_outcome::accepted;
}

bool configuration::append_entry(std::string& out, std::string_view name) const {
    const auto row = find(name);
    if (row == rows.size()) return false;
    const auto& r = rows[row];
    if (!out.empty() && out.back() == '}') out += ',';
    out += '{';
    jsonio::append_member(out, "key", r.name);
    jsonio::append_member(out, "readonly", r.may == access::read_only);
    if (r.may != access::write_only) jsonio::append_member(out, "value", at(row));
    out += '}';
    return true;
}

std::vector<std::string_view> configuration::readable_names() const {
    std::vector<std::string_view> names;
    for (const auto& r : rows)
        if (r.may != access::write_only) names.push_back(r.name);
    return names;
}

} // namespace voltlane::simulator
