#include "shared/store/session_lists.hpp"

#include "shared/store/session_conditions.hpp"
#include "shared/store/session_row_sql.hpp"
#include "shared/store/visible.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace voltlane::store {
namespace {

using parameters_t = std::vector<pg::parameter>;

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max(); // the end of what is still open
constexpr std::int64_t below_all = -1;                                   // no energy or total is negative

constexpr std::array<std::pair<session_status, std::string_view>, 7> statuses{{
    {session_status::open, "open"},
    {session_status::ended, "ended"},
    {session_status::stopped, "stopped"},
    {session_status::superseded, "superseded"},
    {session_status::abandoned, "abandoned"},
    {session_status::closed, "closed"},
    {session_status::review, "review"},
}};

// As in the indexes of 0003_lists.sql; empty: the id alone.
std::string key_expression(session_order o) {
    switch (o) {
    case session_order::id: return {};
    case session_order::started: return "s.started_at";
    case session_order::ended: return "coalesce(s.ended_at, 'infinity')";
    case session_order::energy: return "s.ended_energy_wh";
    case session_order::total: return "coalesce(s.total, -1)";
    }
    return {};
}

// An index by the order is no help where a filter leaves few rows: they may lie at its far end. The planner
// takes them for evenly spread, so that it is kept from it by a key that no index has; then the few are read
// and sorted.
bool sort_needed(const session_filter& f, session_order o) {
    if (o == session_order::id) return false;
    const auto rare = [](session_status s) {
        return s != session_status::ended && s != session_status::stopped;
    };
    const bool period = f.from || f.until;
    return f.charge_point || f.user || f.text || std::any_of(f.statuses.begin(), f.statuses.end(), rare) ||
           (period && o == session_order::ended);
}
std::string as_computed(session_order o) {
    return o == session_order::started || o == session_order::ended ? " + interval '0'" : " + 0";
}

std::string key_parameter(session_order o, std::int64_t key, parameters_t& parameters) {
    const timestamp time{std::chrono::microseconds(key)};
    switch (o) {
    case session_order::id: return {};
    case session_order::started: return next_parameter(parameters, time) + "::timestamptz";
    case session_order::ended:
        return (key == never ? next_parameter(parameters, "infinity") : next_parameter(parameters, time)) +
               "::timestamptz";
    case session_order::energy: return next_parameter(parameters, key) + "::bigint";
    case session_order::total:
        return key == below_all ? "-1" : next_parameter(parameters, money{key}) + "::numeric";
    }
    return {};
}

std::string behind(const session_request& q, parameters_t& parameters) {
    if (!q.after) return {};
    const std::string sign = q.descending ? " < " : " > ";
    const auto id = [&] {
        return next_parameter(parameters, q.after->id) + "::bigint";
    };
    if (q.order == session_order::id) return " and s.id" + sign + id();
    const auto key = key_parameter(q.order, q.after->key, parameters);
    return " and (" + key_expression(q.order) + ", s.id)" + sign + "(" + key + ", " + id() + ")";
}

// The ids of the page and one more: read from an index alone, so that what the offset passes over costs
// little.
std::string page_of_ids(const domain::caller& who, const session_filter& filter, const looked_up& names,
                        const session_request& q, parameters_t& parameters) {
    auto c = conditions(who, filter, names, true, parameters);
    // Ids follow the starts roughly: without these two, an old period would be looked for from today on
    // backwards.
    if (q.order == session_order::id && names.first_id)
        c.all += " and s.id >= " + next_parameter(parameters, *names.first_id) +
                 "::bigint and s.id <= " + next_parameter(parameters, *names.last_id) + "::bigint";
    const std::string place = behind(q, parameters);
    const std::string direction = q.descending ? " desc" : " asc";
    const std::string key = key_expression(q.order);
    const std::string sorted = key + (sort_needed(filter, q.order) ? as_computed(q.order) : "");
    const auto order = [&](const std::string& by, const std::string& id) {
        return " order by " + (by.empty() ? "" : by + direction + ", ") + id + direction;
    };
    const auto select = [&](const std::string& branch) {
        return "select s.id, " + (key.empty() ? "0" : key) + " as k from sessions s where " + c.all + branch +
               place + order(sorted, "s.id");
    };
    const auto limit = [&](std::int64_t n) {
        return " limit " + next_parameter(parameters, n);
    };
    const std::string offset = " offset " + next_parameter(parameters, q.offset);
    if (c.branches.size() < 2)
        return select(c.branches.empty() ? "" : " and " + c.branches[0]) + limit(q.limit + 1) + offset;
    const auto most = q.offset < never - q.limit - 1 ? q.offset + q.limit + 1 : never;
    std::string all;
    for (const auto& branch : c.branches)
        all += (all.empty() ? "(" : " union all (") + select(" and " + branch) + limit(most) + ")";
    return "select u.id, u.k from (" + all + ") u" + order(key.empty() ? "" : "u.k", "u.id") +
           limit(q.limit + 1) + offset;
}

} // namespace

std::string_view to_string(session_status s) noexcept {
    for (const auto& [status, name] : statuses)
        if (status == s) return name;
    return {};
}

std::optional<session_status> parse_session_status(std::string_view text) noexcept {
    for (const auto& [status, name] : statuses)
        if (name == text) return status;
    return std::nullopt;
}

session_place place_of(const session_row& s, session_order order) {
    const auto micros = [](timestamp t) {
        return t.time_since_epoch().count();
    };
    switch (order) {
    case session_order::id: return {0, s.id};
    case session_order::started: return {micros(s.started_at), s.id};
    case session_order::ended: return {s.ended_at ? micros(*s.ended_at) : never, s.id};
    case session_order::energy: return {s.state == "open" ? below_all : s.energy, s.id};
    case session_order::total: return {s.total ? s.total->units : below_all, s.id};
    }
    return {0, s.id};
}

session_page list_sessions(pg::transaction& t, const domain::caller& who, const session_filter& filter,
                           const session_request& q) {
    const auto names = look_up(t, who, filter);
    parameters_t parameters;
    const auto page = page_of_ids(who, filter, names, q, parameters);
    // The count stands beside an empty page too: an offset past the end still tells how many there are.
    const auto count =
        q.counted ? count_expression(who, filter, names, parameters) : std::string("0::bigint");
    const std::string direction = q.descending ? " desc" : " asc";
    const auto rows = t.exec_composed(
        "with p as materialized (" + page + "), n as (select " + count +
            " as n) select n.n, " SESSION_ROW_COLUMNS
            "from n left join (p join sessions s on s.id = p.id " SESSION_ROW_JOINS ") on true order by p.k" +
            direction + ", p.id" + direction,
        parameters);
    session_page result;
    for (const auto& r : rows) {
        result.count = pg::get<std::int64_t>(r[0]);
        if (!r[1].is_null()) result.rows.push_back(read_session_row(r, 1));
    }
    result.more = std::cmp_greater(result.rows.size(), q.limit);
    if (result.more) result.rows.resize(static_cast<std::size_t>(q.limit));
    return result;
}

} // namespace voltlane::store
