#include "shared/store/command_log.hpp"

#include "shared/store/directory_outbox.hpp"
#include "shared/store/visible.hpp"

#include <utility>

namespace voltlane::store {
namespace {

constexpr pg::statement insert{
    "command_log.insert",
    "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, created_at, deadline) "
    "values ($1::uuid, $2, $3, $4, $5, $6::jsonb, $7, $8)"};

#define COMMAND_COLUMNS                                                                                      \
    "m.id, c.identity, a.username, m.action, m.params, m.state, m.attempt, m.response, m.error, "            \
    "m.created_at, "                                                                                         \
    "m.deadline, m.sent_at, m.ended_at "
#define COMMAND_JOINS                                                                                        \
    "join charge_points c on c.id = m.charge_point_id join accounts a on a.id = m.account_id "

command_row read(const pg::row& r, int i) {
    const auto next = [&] {
        return r[i++];
    };
    command_row c;
    c.id = pg::get<std::string>(next());
    c.identity = pg::get<std::string>(next());
    c.username = pg::get<std::string>(next());
    c.action = pg::get<std::string>(next());
    c.params = pg::get<std::string>(next());
    c.state = pg::get<std::string>(next());
    c.attempt = pg::get<std::int64_t>(next());
    c.response = pg::opt<std::string>(next());
    c.error = pg::opt<std::string>(next());
    c.created_at = pg::get<timestamp>(next());
    c.deadline = pg::get<timestamp>(next());
    c.sent_at = pg::opt<timestamp>(next());
    c.ended_at = pg::opt<timestamp>(next());
    return c;
}

} // namespace

bool is_command_id(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

void insert_command(pg::transaction& t, const new_command& c) {
    t.exec(insert, {c.id, c.tenant, c.charge_point, c.account, c.action, c.params, c.created_at, c.deadline});
    if (c.vouch) queue_directory(t, *c.vouch);
}

command_page list_commands(pg::transaction& t, const domain::caller& who, const command_request& q) {
    if (q.after && !is_command_id(q.after->id)) return {};
    std::vector<pg::parameter> parameters;
    const std::string seen = visible_to(who, "m.tenant_id", "m.account_id", parameters);
    std::string where = seen;
    if (q.after)
        where += " and (m.created_at, m.id) < (" + next_parameter(parameters, q.after->created_at) +
                 "::timestamptz, " + next_parameter(parameters, q.after->id) + "::uuid)";
    const std::string page = "select m.id, m.created_at from commands m where " + where +
                             " order by m.created_at desc, m.id desc limit " +
                             next_parameter(parameters, q.limit + 1) + " offset " +
                             next_parameter(parameters, q.offset);
    // The rows of command_counts that count what the caller sees.
    const bool whole = who.role == domain::role::super_admin && who.tenant;
    std::string counts = "0::bigint";
    if (q.counted)
        counts = "(select coalesce(sum(k.commands), 0)::bigint from command_counts k where " +
                 (whole ? "k.account_id = 0 and k.tenant_id = " + next_parameter(parameters, *who.tenant)
                        : "k.account_id <> 0 and k.account_id = " + next_parameter(parameters, who.account)) +
                 ")";
    const auto rows = t.exec_composed("with p as materialized (" + page + "), n as (select " + counts +
                                          " as n) select n.n, " COMMAND_COLUMNS
                                          "from n left join (p join commands m on m.id = p.id " COMMAND_JOINS
                                          ") on true order by p.created_at desc, p.id desc",
                                      parameters);
    command_page result;
    for (const auto& r : rows) {
        result.count = pg::get<std::int64_t>(r[0]);
        if (!r[1].is_null()) result.rows.push_back(read(r, 1));
    }
    result.more = std::cmp_greater(result.rows.size(), q.limit);
    if (result.more) result.rows.resize(static_cast<std::size_t>(q.limit));
    return result;
}

std::optional<command_row> find_command(pg::transaction& t, const domain::caller& who,
                                        const std::string& id) {
    if (!is_command_id(id)) return std::nullopt;
    std::vector<pg::parameter> parameters;
    const std::string where = visible_to(who, "m.tenant_id", "m.account_id", parameters) +
                              " and m.id = " + next_parameter(parameters, id) + "::uuid";
    const auto rows = t.exec_composed(
        "select " COMMAND_COLUMNS "from commands m " COMMAND_JOINS "where " + where, parameters);
    return rows.empty() ? std::nullopt : std::optional(read(rows[0], 0));
}

} // namespace voltlane::store
