#include "shared/store/revenue_views.hpp"

namespace voltlane::store {
namespace {

#define SUMS                                                                                                 \
    "select coalesce(sum(total), 0), coalesce(sum(total) filter (where month = $3::date), 0), "              \
    "coalesce(sum(total) filter (where month = $2::date), 0) from session_months where "

constexpr pg::statement of_tenant{"revenue.of_tenant", SUMS "scope = 1 and subject = 0 and tenant_id = $1"};
constexpr pg::statement of_account{"revenue.of_account", SUMS "scope = 2 and subject = $1"};

} // namespace

revenue sum_revenue(pg::transaction& t, const domain::caller& who, std::chrono::sys_days last_month,
                    std::chrono::sys_days month) {
    const bool whole_tenant = who.role == domain::role::super_admin && who.tenant;
    const std::int64_t whose = whole_tenant ? (*who.tenant)() : who.account();
    std::vector<pg::parameter> parameters{whose, timestamp(last_month), timestamp(month)};
    const auto rows = t.exec(whole_tenant ? of_tenant : of_account, parameters);
    const auto& r = rows[0];
    return {pg::get<money>(r[0]), pg::get<money>(r[1]), pg::get<money>(r[2])};
}

} // namespace voltlane::store
