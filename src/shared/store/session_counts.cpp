#include "shared/store/session_counts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace voltlane::store {
namespace {

constexpr pg::statement add_to_months{
    "session_counts.months",
    "insert into session_months (tenant_id, scope, subject, month, shard, sessions, first_id, last_id, "
    "billed, "
    "energy_wh, total) "
    "select r.tenant_id, r.scope, r.subject, r.month, $1, r.sessions, r.first_id, r.last_id, r.billed, "
    "r.energy_wh, r.total "
    "from unnest($2::bigint[], $3::smallint[], $4::bigint[], $5::date[], $6::bigint[], $7::bigint[], "
    "$8::bigint[], $9::bigint[], $10::bigint[], $11::numeric[]) "
    "as r(tenant_id, scope, subject, month, sessions, first_id, last_id, billed, energy_wh, total) "
    "order by 1, 2, 3, 4 "
    "on conflict (tenant_id, scope, subject, month, shard) do update set "
    "sessions = session_months.sessions + excluded.sessions, "
    "first_id = least(session_months.first_id, excluded.first_id), "
    "last_id = greatest(session_months.last_id, excluded.last_id), "
    "billed = session_months.billed + excluded.billed, "
    "energy_wh = session_months.energy_wh + excluded.energy_wh, "
    "total = session_months.total + excluded.total"};
// In the key's order: two partitions that meet in a new row wait for each other in one direction only.
constexpr pg::statement add_users{"session_counts.users",
                                  "insert into session_users (tenant_id, account_id, id_tag_folded) "
                                  "select * from unnest($1::bigint[], $2::bigint[], $3::text[]) "
                                  "order by 1, 2, 3 on conflict do nothing"};

struct sums {
    std::int64_t sessions = 0;
    std::optional<std::int64_t> first, last;
    std::int64_t billed = 0;
    std::int64_t energy_wh = 0;
    std::int64_t total_units = 0;

    bool nothing() const noexcept {
        return sessions == 0 && !first && billed == 0 && energy_wh == 0 && total_units == 0;
    }
};
using month_key = std::tuple<std::int64_t, int, std::int64_t, std::chrono::year_month>;
using month_sums = std::map<month_key, sums>;

// `change` is made to the row of the tenant, of the owner where there is one, and of the charge point.
template <class Change>
void in_each_scope(month_sums& rows, tenant_id tenant, const std::optional<account_id>& owner,
                   std::int64_t charge_point, std::chrono::year_month month, Change change) {
    const auto row = [&](count_scope scope, std::int64_t subject) -> sums& {
        return rows[{tenant(), static_cast<int>(scope), subject, month}];
    };
    change(row(count_scope::tenant, 0));
    if (owner) change(row(count_scope::owner, (*owner)()));
    change(row(count_scope::charge_point, charge_point));
}

void count(month_sums& rows, const domain::count_delta& d) {
    const auto tenant = d.charger->key.tenant;
    const auto point = d.charger->charge_point;
    if (d.before)
        in_each_scope(rows, tenant, d.before->owner, point, d.before->month, [](sums& s) { --s.sessions; });
    if (!d.after) return;
    in_each_scope(rows, tenant, d.after->owner, point, d.after->month, [id = d.of->id()](sums& s) {
        ++s.sessions;
        s.first = std::min(s.first.value_or(id), id);
        s.last = std::max(s.last.value_or(id), id);
    });
}

void count(month_sums& rows, const domain::rollup_delta& d) {
    const std::chrono::year_month_day day(d.day);
    in_each_scope(rows, d.tenant, d.account, d.charge_point, day.year() / day.month(), [&d](sums& s) {
        s.billed += d.sessions;
        s.energy_wh += d.energy_wh;
        s.total_units += d.total_units;
    });
}

} // namespace

void add_months(pg::transaction& t, std::span<const domain::count_delta> counts,
                std::span<const domain::rollup_delta> rollups, std::int32_t shard) {
    month_sums rows;
    for (const auto& d : counts)
        count(rows, d);
    for (const auto& d : rollups)
        count(rows, d);
    pg::array tenants, scopes, subjects, months, sessions, firsts, lasts, billed, energies, totals;
    for (const auto& [key, sum] : rows) {
        if (sum.nothing()) continue;
        const auto& [tenant, scope, subject, month] = key;
        tenants.add(tenant);
        scopes.add(scope);
        subjects.add(subject);
        months.add_plain(format_seconds(timestamp(std::chrono::sys_days(month / 1))).substr(0, 10));
        sessions.add(sum.sessions);
        firsts.add(sum.first);
        lasts.add(sum.last);
        billed.add(sum.billed);
        energies.add(sum.energy_wh);
        totals.add(money{sum.total_units});
    }
    if (months.empty()) return;
    t.exec(add_to_months,
           {shard, tenants, scopes, subjects, months, sessions, firsts, lasts, billed, energies, totals});
}

void remember_users(pg::transaction& t, std::span<const domain::count_delta> counts) {
    std::set<std::tuple<std::int64_t, std::int64_t, std::string_view>> seen;
    for (const auto& d : counts) {
        if (!d.after) continue;
        const auto account = d.after->tag_account ? (*d.after->tag_account)() : 0;
        seen.emplace(d.charger->key.tenant(), account, d.after->id_tag_folded);
    }
    pg::array tenants, accounts, tags;
    for (const auto& [tenant, account, tag] : seen) {
        tenants.add(tenant);
        accounts.add(account);
        tags.add(tag);
    }
    if (!tenants.empty()) t.exec(add_users, {tenants, accounts, tags});
}

} // namespace voltlane::store
