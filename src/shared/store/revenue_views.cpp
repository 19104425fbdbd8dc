#include "shared/store/revenue_views.hpp"

namespace voltlane::store {
namespace {

#define SUMS                                                                                                 \
    "select coalesce(sum(total), 0), coalesce(sum(total) filter (where day >= $3::date and day < "           \
    "$4::date), 0), "                                                                                        \
    "coalesce(sum(total) filter (where day >= $2::date and day < $3::date), 0) from session_rollups where "

constexpr pg::statement of_tenant{"revenue.of_tenant", SUMS "tenant_id = $1"};
constexpr pg::statement of_account{"revenue.of_account",
                                   SUMS "account_id = $1 and ($5::bigint is null or tenant_id = $5)"};

} // namespace

revenue sum_revenue(pg::transaction& t, const domain::caller& who, std::chrono::sys_days last_month,
                    std::chrono::sys_days month, std::chrono::sys_days next_month) {
    const bool whole_tenant = who.role == domain::role::super_admin && who.tenant;
    const std::int64_t whose = whole_tenant ? (*who.tenant)() : who.account();
    std::vector<pg::parameter> parameters{whose, timestamp(last_month), timestamp(month),
                                          timestamp(next_month)};
    if (!whole_tenant) parameters.emplace_back(who.tenant);
    const auto rows = t.exec(whole_tenant ? of_tenant : of_account, parameters);
    const auto& r = rows[0];
    return {pg::get<money>(r[0]), pg::get<money>(r[1]), pg::get<money>(r[2])};
}

} // namespace voltlane::store
