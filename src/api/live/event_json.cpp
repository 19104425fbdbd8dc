#include "api/live/event_json.hpp"

#include "api/json_text.hpp"
#include "shared/base/text.hpp"
#include "shared/domain/tariff.hpp"

namespace voltlane::api {
namespace {

std::optional<money> total_of(const events::session_change& c, timestamp now) {
    if (c.total || c.ended_at || !c.review.empty()) return c.total;
    return domain::open_session_total(c.energy_wh, cut_to_seconds(c.started_at), now,
                                      {c.price_per_kwh, c.price_per_hour});
}

} // namespace

std::string event_json(const events::session_change& c, timestamp now) {
    std::string out = "{";
    jsonio::append_member(out, "kind", std::string_view(c.kind));
    jsonio::append_member(out, "id", c.id());
    jsonio::append_member(out, "cp", std::string_view(c.identity));
    jsonio::append_member(out, "connector_id", c.connector);
    jsonio::append_member(out, "id_tag", std::string_view(c.id_tag));
    append_or_null(out, "transaction_id", parse_integer<std::int64_t>(c.transaction_key));
    jsonio::append_raw_member(out, "kWh", format_number(c.energy_wh, 3));
    append_time_or_null(out, "Started", c.started_at);
    append_time_or_null(out, "Ended", c.ended_at);
    append_decimal_or_null(out, "price_kwh", c.price_per_kwh);
    append_decimal_or_null(out, "price_hour", c.price_per_hour);
    const auto total = total_of(c, now);
    jsonio::append_raw_member(out, "total", total ? total->number() : std::string("null"));
    append_or_null(out, "stop_reason", c.stop_reason.empty() ? std::nullopt : std::optional(c.stop_reason));
    append_or_null(out, "review", c.review.empty() ? std::nullopt : std::optional(c.review));
    return out + "}";
}

std::string event_json(const events::station_change& c) {
    std::string out = "{";
    jsonio::append_member(out, "id", std::string_view(c.identity));
    jsonio::append_member(out, "status", std::string_view(c.status));
    jsonio::append_member(out, "connector_id", c.connector);
    jsonio::append_member(out, "updated", std::string_view(format_micros(c.updated_at)));
    jsonio::append_member(out, "deleted", c.deleted);
    std::string connectors = "[";
    for (const auto& one : c.connectors)
        append_connector(connectors, one.connector, one.status, one.error_code, one.updated_at);
    jsonio::append_raw_member(out, "connectors", connectors + "]");
    return out + "}";
}

std::string call_error_json(const events::reply& r) {
    std::string out = "{";
    jsonio::append_member(out, "code", std::string_view(r.error_code));
    jsonio::append_member(out, "description", std::string_view(r.error_description));
    jsonio::append_raw_member(
        out, "details", r.error_details.empty() ? std::string_view("{}") : std::string_view(r.error_details));
    return out + "}";
}

std::string event_json(const events::reply& r, std::string_view charge_point) {
    std::string out = "{";
    jsonio::append_member(out, "id", std::string_view(r.command.id()));
    jsonio::append_member(out, "charge_point", charge_point);
    jsonio::append_member(out, "action", std::string_view(r.command.action));
    jsonio::append_member(out, "state", events::to_string(r.state));
    jsonio::append_member(out, "at", std::string_view(format_micros(r.at)));
    if (!r.response.empty()) jsonio::append_raw_member(out, "response", r.response);
    if (!r.error_code.empty()) jsonio::append_raw_member(out, "error", call_error_json(r));
    return out + "}";
}

} // namespace voltlane::api
