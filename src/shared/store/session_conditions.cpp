#include "shared/store/session_conditions.hpp"

#include "shared/store/session_counts.hpp"
#include "shared/store/visible.hpp"

#include <algorithm>

namespace voltlane::store {
namespace {

using parameters_t = std::vector<pg::parameter>;

// A period up to so long is counted row by row. Beyond it, whole months come from session_months.
constexpr std::chrono::days counted_by_row{16};
constexpr unsigned middle_of_month = 15;

// Literals, so that the planner sees which of the partial indexes fits.
std::string_view status_condition(session_status s) {
    switch (s) {
    case session_status::open: return " and s.state = 'open'";
    case session_status::ended: return " and s.state <> 'open'";
    case session_status::stopped: return " and s.state = 'stopped'";
    case session_status::superseded: return " and s.state = 'superseded'";
    case session_status::abandoned: return " and s.state = 'abandoned'";
    case session_status::closed: return " and s.state = 'closed'";
    case session_status::review: return " and s.review <> ''";
    }
    return "";
}

// One value as such: an index scan by a list gives no order.
std::string is_one_of(const std::string& column, const std::vector<std::int64_t>& ids,
                      parameters_t& parameters) {
    if (ids.size() == 1) return column + " = " + next_parameter(parameters, ids[0]) + "::bigint";
    pg::array list;
    for (const auto id : ids)
        list.add(id);
    return column + " = any(" + next_parameter(parameters, list) + "::bigint[])";
}

std::string text_condition(const looked_up& names, parameters_t& parameters) {
    std::string any;
    const auto add = [&any](const std::string& condition) {
        any += (any.empty() ? "" : " or ") + condition;
    };
    if (!names.text_points.empty()) add(is_one_of("s.charge_point_id", names.text_points, parameters));
    if (!names.text_accounts.empty()) add(is_one_of("s.account_id", names.text_accounts, parameters));
    if (!names.text_tags.empty())
        add("s.id_tag_folded = any(" + next_parameter(parameters, names.text_tags) + "::text[])");
    return any.empty() ? " and false" : " and (" + any + ")";
}

std::string counted_rows(const session_conditions& c, std::string_view more = {}) {
    const auto one = [&](const std::string& branch) {
        return "(select count(*) from sessions s where " + c.all + branch + std::string(more) + ")";
    };
    if (c.branches.empty()) return one("");
    std::string sum;
    for (const auto& branch : c.branches)
        sum += (sum.empty() ? "" : " + ") + one(" and " + branch);
    return sum;
}

std::string summed(const std::string& rows_of_months) {
    return "(select coalesce(sum(m.sessions), 0)::bigint from session_months m where " + rows_of_months + ")";
}

// Whole months from the table; of a month that is cut the shorter part is counted in the index by start, and
// added or taken off.
std::string count_of_period(const domain::caller& who, const session_filter& f, parameters_t& parameters) {
    const auto count = [&](timestamp from, timestamp until) {
        session_filter part;
        part.from = from;
        part.until = until;
        return counted_rows(conditions(who, part, {}, false, parameters));
    };
    if (f.from && f.until && *f.until - *f.from <= counted_by_row) return count(*f.from, *f.until);
    std::string rows = months_of(who, parameters);
    std::string parts;
    const auto late = [](timestamp t) {
        const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(t));
        return static_cast<unsigned>(day.day()) > middle_of_month;
    };
    if (f.from) {
        auto month = month_of(*f.from);
        if (late(*f.from)) {
            month += std::chrono::months(1);
            parts += " + " + count(*f.from, start_of(month));
        } else if (start_of(month) < *f.from) {
            parts += " - " + count(start_of(month), *f.from);
        }
        rows += " and m.month >= " + month_parameter(parameters, month);
    }
    if (f.until) {
        auto month = month_of(*f.until);
        if (late(*f.until)) {
            month += std::chrono::months(1);
            parts += " - " + count(*f.until, start_of(month));
        } else if (start_of(month) < *f.until) {
            parts += " + " + count(start_of(month), *f.until);
        }
        rows += " and m.month < " + month_parameter(parameters, month);
    }
    return summed(rows) + parts;
}

// nullopt: the table cannot tell. Statuses apart.
std::optional<std::string> count_from_months(const domain::caller& who, const session_filter& f,
                                             const looked_up& names, parameters_t& parameters) {
    const bool text = f.text && !names.text_everywhere;
    const bool only_points = text && names.text_accounts.empty() && names.text_tags.empty();
    if (f.nothing || f.user || (text && !only_points)) return std::nullopt;
    const bool period = f.from || f.until;
    if (!f.charge_point && !text && !period) return summed(months_of(who, parameters));
    if (!sees_whole_tenant(who) || (f.charge_point && text)) return std::nullopt;
    if (!f.charge_point && !text) return count_of_period(who, f, parameters);
    if (period) return std::nullopt;
    return summed("m.scope = " + std::to_string(static_cast<int>(count_scope::charge_point)) +
                  " and m.tenant_id = " + next_parameter(parameters, *who.tenant) + " and " +
                  is_one_of("m.subject", text ? names.text_points : names.charge_points, parameters));
}

} // namespace

session_conditions conditions(const domain::caller& who, const session_filter& f, const looked_up& names,
                              bool with_states, parameters_t& parameters) {
    session_conditions c;
    c.all = visible_to(who, "s.tenant_id", "s.owner_id", parameters);
    if (f.nothing || (f.from && f.until && *f.from >= *f.until)) c.all += " and false";
    if (f.charge_point) c.all += " and " + is_one_of("s.charge_point_id", names.charge_points, parameters);
    if (f.from) c.all += " and s.started_at >= " + next_parameter(parameters, *f.from) + "::timestamptz";
    if (f.until) c.all += " and s.started_at < " + next_parameter(parameters, *f.until) + "::timestamptz";
    if (with_states)
        for (const auto s : f.statuses)
            c.all += status_condition(s);
    if (f.text && !names.text_everywhere) c.all += text_condition(names, parameters);
    if (f.user) {
        if (names.account)
            c.branches.push_back("s.account_id = " + next_parameter(parameters, *names.account) + "::bigint");
        c.branches.push_back("s.account_id is null and s.id_tag_folded = " +
                             next_parameter(parameters, f.user->tag_folded));
    }
    return c;
}

std::string count_expression(const domain::caller& who, const session_filter& f, const looked_up& names,
                             parameters_t& parameters) {
    const auto others = [](session_status s) -> std::string_view {
        // What a status leaves out is little beside what it leaves.
        if (s == session_status::ended) return " and s.state = 'open'";
        if (s == session_status::stopped) return " and s.state <> 'stopped'";
        return {};
    };
    const bool plain = f.statuses.empty();
    const bool few_others = f.statuses.size() == 1 && !others(f.statuses[0]).empty();
    std::optional<std::string> total;
    if (plain || few_others) total = count_from_months(who, f, names, parameters);
    if (!total) return counted_rows(conditions(who, f, names, true, parameters));
    if (plain) return *total;
    return *total + " - " + counted_rows(conditions(who, f, names, false, parameters), others(f.statuses[0]));
}

} // namespace voltlane::store
