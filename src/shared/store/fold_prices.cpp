#include "shared/store/session_loading.hpp"

#include <unordered_map>

namespace voltlane::store {
namespace {

// Of accounts only those that a start of this batch names: a charge point may have prices for thousands.
constexpr pg::statement load{
    "fold_prices.load",
    "select p.charge_point_id, p.account_id, coalesce(p.user_type, ''), p.price_per_kwh, p.price_per_hour, "
    "p.valid_from, p.valid_to "
    "from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as q(charge_point_id, since, until) "
    "join prices p on p.charge_point_id = q.charge_point_id and p.valid_from <= q.until "
    "and (p.valid_to is null or p.valid_to > q.since) "
    "where (p.account_id is null or p.account_id = any($4::bigint[])) "
    "and (p.user_type is null or p.user_type = any($5::text[]))"};

} // namespace

void load_prices(pg::transaction& t, std::span<price_load> loads) {
    if (loads.empty()) return;
    std::unordered_map<std::int64_t, price_load*> by_id;
    pg::array ids, from, until, accounts, user_types;
    for (auto& l : loads) {
        by_id.emplace(l.state->charge_point, &l);
        ids.add(l.state->charge_point);
        from.add(l.request.from);
        until.add(l.request.until);
        for (const auto& a : l.request.accounts)
            accounts.add(a());
        for (const auto& u : l.request.user_types)
            user_types.add(u);
    }
    for (const auto& row : t.exec(load, {ids, from, until, accounts, user_types})) {
        domain::price_row p;
        p.account = pg::opt<account_id>(row[1]);
        p.user_type = pg::get<std::string>(row[2]);
        p.prices = {pg::opt<price>(row[3]), pg::opt<price>(row[4])};
        p.valid_from = pg::get<timestamp>(row[5]);
        p.valid_to = pg::opt<timestamp>(row[6]);
        by_id.at(pg::get<std::int64_t>(row[0]))->rows.push_back(std::move(p));
    }
}

} // namespace voltlane::store
