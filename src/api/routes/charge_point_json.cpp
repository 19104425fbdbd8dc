#include "api/routes/charge_point_json.hpp"

#include "api/json_text.hpp"

#include <map>

namespace voltlane::api {
namespace {

void append_row(std::string& out, const store::charge_point& c, std::string_view pk) {
    jsonio::append_member(out, "pk", pk);
    jsonio::append_member(out, "id", std::string_view(c.identity));
    jsonio::append_member(out, "name", std::string_view(c.name));
    jsonio::append_member(out, "connector_id", c.connector);
    jsonio::append_member(out, "status", std::string_view(c.status));
    jsonio::append_member(out, "updated", std::string_view(format_micros(c.updated)));
    append_decimal_or_null(out, "price_per_kwh", c.prices.per_kwh);
    append_decimal_or_null(out, "price_per_hour", c.prices.per_hour);
    jsonio::append_member(out, "location", std::string_view(c.location));
    append_decimal_or_null(out, "lat", c.lat);
    append_decimal_or_null(out, "lng", c.lng);
    jsonio::append_member(out, "owner_username", std::string_view(c.owner_username));
}

} // namespace

std::string long_key(const store::charge_point& c) {
    return std::to_string(c.tenant()) + "~" + c.identity;
}

std::string short_key(const store::charge_point& c) {
    return store::is_long_form(c.identity) ? long_key(c) : c.identity;
}

std::string charge_point_json(const store::charge_point& c, std::string_view pk) {
    std::string out = "{";
    append_row(out, c, pk);
    return out + "}";
}

std::string charge_point_detail_json(const store::charge_point& c, std::string_view pk, bool connected) {
    std::string out = "{";
    append_row(out, c, pk);
    jsonio::append_member(out, "plug_type", std::string_view(c.plug_type));
    append_decimal_or_null(out, "max_power_kw", c.max_power_kw);
    jsonio::append_member(out, "access_type", std::string_view(c.access_type));
    jsonio::append_member(out, "connected", connected);
    jsonio::append_member(out, "vendor", std::string_view(c.vendor));
    jsonio::append_member(out, "model", std::string_view(c.model));
    jsonio::append_member(out, "serial", std::string_view(c.serial));
    jsonio::append_member(out, "firmware", std::string_view(c.firmware));
    std::string connectors = "[";
    for (const auto& one : c.connectors)
        append_connector(connectors, one.connector, one.status, one.error_code, one.updated);
    jsonio::append_raw_member(out, "connectors", connectors + "]");
    return out + "}";
}

std::string held_price_json(const store::held_price& p) {
    std::string out = "{";
    jsonio::append_member(out, "id", p.id);
    if (const auto* account = std::get_if<account_id>(&p.holder)) {
        jsonio::append_member(out, "user", (*account)());
        jsonio::append_member(out, "user_email", std::string_view(p.email));
        jsonio::append_member(out, "user_name", std::string_view(p.username));
    } else {
        jsonio::append_member(out, "user_type", std::string_view(std::get<std::string>(p.holder)));
    }
    append_decimal_or_null(out, "price_per_kwh", p.prices.per_kwh);
    // Two decimals: stored with three, of which the last is zero by the check on input.
    std::optional<fixed<2>> per_hour;
    if (p.prices.per_hour) per_hour = fixed<2>{divide_half_up(p.prices.per_hour->units, 10)};
    append_decimal_or_null(out, "price_per_hour", per_hour);
    return out + "}";
}

std::vector<std::string> primary_keys(const std::vector<store::charge_point>& visible,
                                      std::optional<tenant_id> own) {
    std::map<std::string, int, std::less<>> seen;
    for (const auto& c : visible)
        ++seen[c.canonical_id];
    std::vector<std::string> keys;
    keys.reserve(visible.size());
    for (const auto& c : visible)
        keys.push_back(seen[c.canonical_id] > 1 && own != c.tenant ? long_key(c) : short_key(c));
    return keys;
}

} // namespace voltlane::api
