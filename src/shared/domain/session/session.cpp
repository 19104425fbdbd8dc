#include "shared/domain/session/session.hpp"

#include <array>
#include <utility>

namespace voltlane::domain {
namespace {

constexpr std::array<std::pair<end_kind, std::string_view>, 5> end_kinds = {{
    {end_kind::open, "open"},
    {end_kind::stopped, "stopped"},
    {end_kind::superseded, "superseded"},
    {end_kind::abandoned, "abandoned"},
    {end_kind::closed, "closed"},
}};

constexpr std::array<std::pair<review_reason, std::string_view>, 12> review_reasons = {{
    {review_reason::none, ""},
    {review_reason::orphan, "orphan"},
    {review_reason::meter_start, "meter_start"},
    {review_reason::meter_stop, "meter_stop"},
    {review_reason::stop_before_start, "stop_before_start"},
    {review_reason::negative_energy, "negative_energy"},
    {review_reason::meter_reset, "meter_reset"},
    {review_reason::odometer, "odometer"},
    {review_reason::implausible_power, "implausible_power"},
    {review_reason::implausible_duration, "implausible_duration"},
    {review_reason::connector, "connector"},
    {review_reason::refused_tag, "refused_tag"},
}};

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
    for (const auto& [v, name] : table)
        if (v == value) return name;
    return {};
}

} // namespace

std::string_view to_string(end_kind k) {
    return name_of(end_kinds, k);
}

std::optional<end_kind> parse_end_kind(std::string_view text) {
    for (const auto& [v, name] : end_kinds)
        if (name == text) return v;
    return std::nullopt;
}

std::string_view to_string(review_reason r) {
    return name_of(review_reasons, r);
}

std::optional<review_reason> parse_review_reason(std::string_view text) {
    for (const auto& [v, name] : review_reasons)
        if (name == text) return v;
    return std::nullopt;
}

std::optional<session::contribution> contribution_of(const session& s) {
    if (s.open() || s.review != review_reason::none || s.work.merged_into) return std::nullopt;
    session::contribution c;
    c.day = std::chrono::floor<std::chrono::days>(s.started_at);
    c.account = s.owner();
    c.energy_wh = s.energy_wh;
    c.total = s.total.value_or(money{});
    return c;
}

std::optional<session::presence> presence_of(const session& s) {
    if (s.work.merged_into) return std::nullopt;
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(s.started_at));
    return session::presence{day.year() / day.month(), s.owner(), s.tag_account, s.id_tag_folded};
}

} // namespace voltlane::domain
