#include "shared/ocpp/v16/commands.hpp"

#include "shared/base/json.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::string_view masked = "*****";
constexpr std::string_view transaction_member = "transactionId";
constexpr std::string_view profile_member = "csChargingProfiles";

std::string_view view(const boost::json::string& s) noexcept {
    return {s.data(), s.size()};
}

// Where user and password stand in a URL, with the at sign; empty where there are none.
std::string_view credentials_of(std::string_view url) noexcept {
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return {};
    const auto rest = url.substr(colon + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    const auto at = authority.rfind('@');
    return at == std::string_view::npos ? std::string_view{} : authority.substr(0, at);
}

bool has_url_credentials(const schema& s, const boost::json::object& o) {
    for (const auto& m : s.members) {
        const auto* v = o.if_contains(m.name);
        if (v == nullptr) continue;
        if (m.type == value_type::uri && v->is_string() && !credentials_of(view(v->get_string())).empty())
            return true;
        if (m.type == value_type::object && v->is_object() && has_url_credentials(*m.nested, v->get_object()))
            return true;
    }
    return false;
}

void mask_url_credentials(const schema& s, boost::json::object& o) {
    for (const auto& m : s.members) {
        auto* v = o.if_contains(m.name);
        if (v == nullptr) continue;
        if (m.type == value_type::object && v->is_object()) mask_url_credentials(*m.nested, v->get_object());
        if (m.type != value_type::uri || !v->is_string()) continue;
        std::string url(view(v->get_string()));
        const auto secret = credentials_of(url);
        if (secret.empty()) continue;
        url.replace(static_cast<std::size_t>(secret.data() - url.data()), secret.size(), masked);
        *v = url;
    }
}

void append_number(std::string& out, double d) {
    std::array<char, 512> digits; // the longest double in plain digits has 340
    if (!std::isfinite(d)) d = 0;
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), d, std::chars_format::fixed).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    if (text.find('.') == std::string_view::npos) out += ".0";
}

void append_value(std::string& out, const boost::json::value& v) {
    switch (v.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: out += std::to_string(v.get_int64()); break;
    case boost::json::kind::uint64: out += std::to_string(v.get_uint64()); break;
    case boost::json::kind::double_: append_number(out, v.get_double()); break;
    case boost::json::kind::string: jsonio::append_string(out, view(v.get_string())); break;
    case boost::json::kind::array: {
        out += '[';
        bool first = true;
        for (const auto& item : v.get_array()) {
            if (!first) out += ',';
            first = false;
            append_value(out, item);
        }
        out += ']';
        break;
    }
    case boost::json::kind::object: {
        out += '{';
        bool first = true;
        for (const auto& [key, item] : v.get_object()) {
            if (!first) out += ',';
            first = false;
            jsonio::append_string(out, {key.data(), key.size()});
            out += ':';
            append_value(out, item);
        }
        out += '}';
        break;
    }
    }
}

// The object that holds transactionId; nullptr where the command names none.
const boost::json::object* transaction_holder(const command_spec& command,
                                              const boost::json::object& payload) noexcept {
    switch (command.transaction) {
    case transaction_place::none: return nullptr;
    case transaction_place::top: return &payload;
    case transaction_place::profile: return jsonio::find_object(payload, profile_member);
    }
    return nullptr;
}

} // namespace

verdict check_response(const command_spec& command, const boost::json::object& payload) {
    return check(*command.response, payload, check_mode::lenient);
}

verdict check_request(const command_spec& command, const boost::json::object& payload) {
    return check(*command.request, payload, check_mode::lenient);
}

std::string payload_text(const boost::json::object& payload) {
    std::string out;
    append_value(out, payload);
    return out;
}

std::optional<std::int64_t> transaction_id(const command_spec& command,
                                           const boost::json::object& payload) noexcept {
    const auto* holder = transaction_holder(command, payload);
    return holder == nullptr ? std::nullopt : jsonio::find_integer(*holder, transaction_member);
}

void set_transaction_id(const command_spec& command, boost::json::object& payload, std::int64_t id) {
    switch (command.transaction) {
    case transaction_place::none: break;
    case transaction_place::top: payload[transaction_member] = id; break;
    case transaction_place::profile:
        if (auto* profile = payload.if_contains(profile_member); profile != nullptr && profile->is_object())
            profile->get_object()[transaction_member] = id;
        break;
    }
}

bool holds_secret(const command_spec& command, const boost::json::object& payload) {
    return (command.is_secret != nullptr && command.is_secret(payload)) ||
           has_url_credentials(*command.request, payload);
}

boost::json::object mask_secrets(const command_spec& command, const boost::json::object& payload) {
    boost::json::object copy(payload,
                             boost::json::storage_ptr{}); // a plain copy would share the source's memory
    if (command.is_secret != nullptr && command.is_secret(payload)) copy[command.secret_member] = masked;
    mask_url_credentials(*command.request, copy);
    return copy;
}

} // namespace voltlane::ocpp::v16
