#include "shared/store/count_checks.hpp"

namespace voltlane::store {
namespace {

// Sessions of a month that is read in a sample; one that counts more is passed over, so that the statement
// stays below a worker's limit.
constexpr std::int64_t largest_month = 500'000;

constexpr pg::statement sessions{
    "count_checks.sessions",
    "select count(*) over (), format('sessions of tenant %s, %s, %s: counted %s, really %s', tenant_id, "
    "case scope when 1 then 'all' when 2 then 'owner ' || subject else 'charge point ' || subject end, "
    "to_char(month, 'YYYY-MM'), counted, really) "
    "from wrong_session_counts order by tenant_id, scope, subject, month limit $1"};
constexpr pg::statement commands{
    "count_checks.commands",
    "select count(*) over (), format('commands of tenant %s, %s: counted %s, really %s', tenant_id, "
    "case account_id when 0 then 'all' else 'account ' || account_id end, counted, really) "
    "from wrong_command_counts order by tenant_id, account_id limit $1"};
// By tenant and start, as the index sessions_started is.
constexpr pg::statement sample{
    "count_checks.sample",
    "with n as (select date_trunc('month', now() at time zone 'UTC') as month), "
    "picked as materialized (select t.id as tenant, m.month from "
    "(select id from tenants order by random() limit $1) t cross join n "
    "cross join lateral (values (n.month), "
    "(n.month - make_interval(months => 1 + floor(24 * random())::int))) as m(month)) "
    "select count(*) from picked p cross join lateral ("
    "select coalesce(sum(m.sessions), 0) as sessions, coalesce(sum(m.billed), 0) as billed, "
    "coalesce(sum(m.energy_wh), 0) as energy, coalesce(sum(m.total), 0) as total from session_months m "
    "where m.tenant_id = p.tenant and m.scope = 1 and m.subject = 0 and m.month = p.month::date) k "
    "cross join lateral (select count(*) as sessions, "
    "count(*) filter (where s.state <> 'open' and s.review = '') as billed, "
    "coalesce(sum(s.energy_wh) filter (where s.state <> 'open' and s.review = ''), 0) as energy, "
    "coalesce(sum(s.total) filter (where s.state <> 'open' and s.review = ''), 0) as total from sessions s "
    "where k.sessions <= $2 and s.tenant_id = p.tenant and s.started_at >= p.month at time zone 'UTC' "
    "and s.started_at < (p.month + interval '1 month') at time zone 'UTC') r "
    "where k.sessions <= $2 and (k.sessions, k.billed, k.energy, k.total) <> (r.sessions, r.billed, "
    "r.energy, r.total)"};
constexpr pg::statement anew_sessions{"count_checks.anew_sessions", "select recount_sessions()"};
constexpr pg::statement anew_commands{"count_checks.anew_commands", "select recount_commands()"};

std::int64_t add_examples(const pg::rows& rows, std::vector<std::string>& examples) {
    for (const auto& r : rows)
        examples.push_back(pg::get<std::string>(r[1]));
    return rows.empty() ? 0 : pg::get<std::int64_t>(rows[0][0]);
}

} // namespace

wrong_counts find_wrong_counts(pg::transaction& t, std::int64_t most) {
    wrong_counts found;
    found.sessions = add_examples(t.exec(sessions, {most}), found.examples);
    found.commands = add_examples(t.exec(commands, {most}), found.examples);
    return found;
}

std::int64_t count_wrong_months(pg::transaction& t, std::int64_t tenants) {
    return pg::get<std::int64_t>(t.exec(sample, {tenants, largest_month})[0][0]);
}

void recount_sessions(pg::transaction& t) {
    t.exec(anew_sessions);
}

void recount_commands(pg::transaction& t) {
    t.exec(anew_commands);
}

} // namespace voltlane::store
