#include "api/routes/session_json.hpp"

#include "api/json_text.hpp"
#include "shared/base/text.hpp"

namespace voltlane::api {
namespace {

void append_row(std::string& out, const store::session_row& s, timestamp now) {
    jsonio::append_member(out, "id", s.id());
    jsonio::append_member(out, "cp", std::string_view(s.identity));
    jsonio::append_member(out, "user", std::string_view(s.user));
    jsonio::append_raw_member(out, "kWh", format_number(s.energy, 3));
    append_time_or_null(out, "Started", s.started_at);
    append_time_or_null(out, "Ended", s.ended_at);
    append_decimal_or_null(out, "price_kwh", s.prices.per_kwh);
    append_decimal_or_null(out, "price_hour", s.prices.per_hour);
    const auto total = session_total_shown(s, now);
    jsonio::append_raw_member(out, "total", total ? total->number() : std::string("null"));
    append_or_null(out, "started_by", s.started_by);
    append_or_null(out, "review", s.review.empty() ? std::nullopt : std::optional(s.review));
}

std::optional<std::int64_t> wh(const std::optional<std::int64_t>& mwh) {
    return mwh ? std::optional(whole_wh(*mwh)) : std::nullopt;
}

} // namespace

std::optional<money> session_total_shown(const store::session_row& s, timestamp now) {
    if (!s.review.empty()) return std::nullopt;
    const auto started = cut_to_seconds(s.started_at);
    if (!s.ended_at) return domain::open_session_total(s.energy, started, now, s.prices);
    if (s.total) return s.total;
    return domain::session_total(s.energy, cut_to_seconds(*s.ended_at) - started, s.prices);
}

std::int64_t whole_wh(std::int64_t mwh) {
    return divide_half_up(mwh, 1000);
}

std::string session_json(const store::session_row& s, timestamp now) {
    std::string out = "{";
    append_row(out, s, now);
    return out + "}";
}

std::string session_detail_json(const store::session_row& s, timestamp now) {
    std::string out = "{";
    append_row(out, s, now);
    jsonio::append_member(out, "id_tag", std::string_view(s.id_tag));
    jsonio::append_member(out, "connector_id", s.connector);
    append_or_null(out, "transaction_id", parse_integer<std::int64_t>(s.transaction_key));
    append_or_null(out, "meter_start", wh(s.meter_start_mwh));
    append_or_null(out, "meter_stop", wh(s.meter_stop_mwh));
    append_or_null(out, "stop_reason", s.stop_reason.empty() ? std::nullopt : std::optional(s.stop_reason));
    jsonio::append_member(out, "state", std::string_view(s.state));
    return out + "}";
}

std::string meter_value_json(const store::meter_value_row& v) {
    std::string out = "{";
    jsonio::append_member(out, "time", std::string_view(format_seconds(v.at)));
    jsonio::append_member(out, "measurand", std::string_view(v.measurand));
    jsonio::append_member(out, "value", std::string_view(v.value));
    jsonio::append_member(out, "unit", std::string_view(v.unit));
    jsonio::append_member(out, "phase", std::string_view(v.phase));
    jsonio::append_member(out, "context", std::string_view(v.context));
    jsonio::append_member(out, "location", std::string_view(v.location));
    return out + "}";
}

} // namespace voltlane::api
