#include "shared/store/session_views.hpp"

#include "shared/store/visible.hpp"

namespace voltlane::store {
namespace {

#define SESSION_COLUMNS                                                                                      \
    "s.id, s.tenant_id, c.canonical_id, c.identity, coalesce(a.username, s.id_tag), b.username, "            \
    "s.owner_id, s.state, s.energy_wh, s.started_at, s.ended_at, "                                           \
    "s.price_per_kwh, "                                                                                      \
    "s.price_per_hour, s.total, s.review, s.id_tag, s.transaction_key, s.stop_reason, s.connector_id, "      \
    "s.meter_start_mwh, s.meter_stop_mwh "
#define SESSION_JOINS                                                                                        \
    "join charge_points c on c.id = s.charge_point_id left join accounts a on a.id = s.account_id "          \
    "left join accounts b on b.id = s.started_by "

constexpr pg::statement meter_values{
    "session_views.meter_values",
    "select at, measurand, value, unit, phase, context, location from meter_values "
    "where session_id = $1 order by at, received_at, epoch, seq, sample limit $2 offset $3"};
constexpr pg::statement decided{"session_views.decided",
                                "select exists (select from session_decisions where decision_id = $1::uuid)"};

std::string visible(const domain::caller& who, std::vector<pg::parameter>& parameters) {
    return visible_to(who, "s.tenant_id", "s.owner_id", parameters);
}

std::string condition(const domain::caller& who, const session_filter& filter,
                      std::vector<pg::parameter>& parameters) {
    std::string sql = visible(who, parameters);
    if (filter.charge_point)
        sql += " and s.charge_point_id in (select id from charge_points where canonical_id = " +
               next_parameter(parameters, *filter.charge_point) + ")";
    if (filter.review) sql += " and s.review <> ''";
    if (filter.open) sql += *filter.open ? " and s.state = 'open'" : " and s.state <> 'open'";
    return sql;
}

session_row read(const pg::row& r, int i) {
    const auto next = [&] {
        return r[i++];
    };
    session_row s;
    s.id = pg::get<session_id>(next());
    s.tenant = pg::get<tenant_id>(next());
    s.charge_point = pg::get<std::string>(next());
    s.identity = pg::get<std::string>(next());
    s.user = pg::get<std::string>(next());
    s.started_by = pg::opt<std::string>(next());
    s.owner = pg::opt<account_id>(next());
    s.state = pg::get<std::string>(next());
    s.energy = pg::get<std::int64_t>(next());
    s.started_at = pg::get<timestamp>(next());
    s.ended_at = pg::opt<timestamp>(next());
    s.prices.per_kwh = pg::opt<price>(next());
    s.prices.per_hour = pg::opt<price>(next());
    s.total = pg::opt<money>(next());
    s.review = pg::get<std::string>(next());
    s.id_tag = pg::get<std::string>(next());
    s.transaction_key = pg::get<std::string>(next());
    s.stop_reason = pg::get<std::string>(next());
    s.connector = pg::get<std::int64_t>(next());
    s.meter_start_mwh = pg::opt<std::int64_t>(next());
    s.meter_stop_mwh = pg::opt<std::int64_t>(next());
    return s;
}

} // namespace

session_page list_sessions(pg::transaction& t, const domain::caller& who, const session_filter& filter,
                           std::int64_t limit, std::int64_t offset, bool counted) {
    std::vector<pg::parameter> parameters;
    const std::string where = condition(who, filter, parameters);
    const std::string page = "select s.* from sessions s where " + where + " order by s.id desc limit " +
                             next_parameter(parameters, limit) + " offset " +
                             next_parameter(parameters, offset);
    // The count stands beside an empty page too: an offset past the end still tells how many there are.
    const std::string count =
        counted ? "select count(*) as n from sessions s where " + where : "select 0::bigint as n";
    const auto rows =
        t.exec_composed("with p as (" + page + "), n as (" + count +
                            ") select n.n, " SESSION_COLUMNS "from n left join (p s " SESSION_JOINS
                            ") on true order by s.id desc",
                        parameters);
    session_page result;
    for (const auto& r : rows) {
        result.count = pg::get<std::int64_t>(r[0]);
        if (!r[1].is_null()) result.rows.push_back(read(r, 1));
    }
    return result;
}

std::optional<session_row> find_session(pg::transaction& t, const domain::caller& who, session_id id) {
    std::vector<pg::parameter> parameters;
    const std::string where = visible(who, parameters) + " and s.id = " + next_parameter(parameters, id);
    const auto rows = t.exec_composed(
        "select " SESSION_COLUMNS "from sessions s " SESSION_JOINS "where " + where, parameters);
    return rows.empty() ? std::nullopt : std::optional(read(rows[0], 0));
}

std::vector<meter_value_row> list_meter_values(pg::transaction& t, session_id id, std::int64_t most,
                                               std::int64_t offset) {
    std::vector<meter_value_row> all;
    for (const auto& r : t.exec(meter_values, {id, most, offset}))
        all.push_back({pg::get<timestamp>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2]),
                       pg::get<std::string>(r[3]), pg::get<std::string>(r[4]), pg::get<std::string>(r[5]),
                       pg::get<std::string>(r[6])});
    return all;
}

bool is_decided(pg::transaction& t, std::string_view decision_id) {
    return pg::get<bool>(t.exec(decided, {decision_id})[0][0]);
}

} // namespace voltlane::store
