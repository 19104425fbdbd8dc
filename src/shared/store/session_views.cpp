#include "shared/store/session_views.hpp"

#include "shared/store/session_row_sql.hpp"
#include "shared/store/visible.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement meter_values{
    "session_views.meter_values",
    "select at, measurand, value, unit, phase, context, location from meter_values "
    "where session_id = $1 order by at, received_at, epoch, seq, sample limit $2 offset $3"};
constexpr pg::statement decided{"session_views.decided",
                                "select exists (select from session_decisions where decision_id = $1::uuid)"};

} // namespace

session_row read_session_row(const pg::row& r, int first) {
    auto next = [&r, i = first]() mutable {
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

std::optional<session_row> find_session(pg::transaction& t, const domain::caller& who, session_id id) {
    std::vector<pg::parameter> parameters;
    const std::string where = visible_to(who, "s.tenant_id", "s.owner_id", parameters) +
                              " and s.id = " + next_parameter(parameters, id);
    const auto rows = t.exec_composed(
        "select " SESSION_ROW_COLUMNS "from sessions s " SESSION_ROW_JOINS "where " + where, parameters);
    return rows.empty() ? std::nullopt : std::optional(read_session_row(rows[0], 0));
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
