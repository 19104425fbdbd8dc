#include "shared/store/price_book.hpp"

namespace voltlane::store {
namespace {

// Two changes at once: the second waits here, sees the first one's row, and begins after it. One time ends
// the old row and begins the new one, so that no start falls between them.
constexpr pg::statement lock_charge_point{
    "prices.lock",
    "select clock_timestamp() from (select id from charge_points where id = $1 for update) locked"};
constexpr pg::statement own{"prices.own",
                            "select price_per_kwh, price_per_hour from prices where charge_point_id = $1 and "
                            "account_id is null and user_type is null and valid_to is null"};
constexpr pg::statement close_own{"prices.close_own",
                                  "update prices set valid_to = $2 where charge_point_id = $1 and "
                                  "account_id is null and user_type is null and valid_to is null"};
constexpr pg::statement close_users{"prices.close_users",
                                    "update prices set valid_to = $3 where charge_point_id = $1 "
                                    "and account_id = $2 and valid_to is null"};
constexpr pg::statement open{"prices.open", "insert into prices (charge_point_id, account_id, price_per_kwh, "
                                            "price_per_hour, valid_from) values ($1, $2, $3, $4, $5)"};

#define USER_PRICE_SELECT                                                                                    \
    "select (select min(q.id) from prices q where q.charge_point_id = p.charge_point_id and "                \
    "q.account_id = p.account_id) as stable_id, p.account_id, a.email, a.username, p.price_per_kwh, "        \
    "p.price_per_hour "                                                                                      \
    "from prices p join accounts a on a.id = p.account_id where p.charge_point_id = $1 and p.valid_to is "   \
    "null "
constexpr pg::statement list_users{"prices.list_users", USER_PRICE_SELECT "order by 1"};
constexpr pg::statement one_user{"prices.one_user", USER_PRICE_SELECT "and p.account_id = $2"};
constexpr pg::statement end_users{
    "prices.end_users",
    "update prices set valid_to = clock_timestamp() where charge_point_id = $1 and valid_to is null and "
    "account_id = (select account_id from prices where charge_point_id = $1 and id = $2)"};

timestamp begin_change(pg::transaction& t, std::int64_t charge_point) {
    return pg::get<timestamp>(t.exec(lock_charge_point, {charge_point})[0][0]);
}

user_price read(const pg::row& r) {
    return {pg::get<std::int64_t>(r[0]),
            pg::get<account_id>(r[1]),
            pg::get<std::string>(r[2]),
            pg::get<std::string>(r[3]),
            {pg::opt<price>(r[4]), pg::opt<price>(r[5])}};
}

} // namespace

void change_own_price(pg::transaction& t, std::int64_t charge_point,
                      const std::optional<std::optional<price>>& per_kwh,
                      const std::optional<std::optional<price>>& per_hour) {
    const auto at = begin_change(t, charge_point);
    domain::tariff now;
    const auto rows = t.exec(own, {charge_point});
    if (!rows.empty()) now = {pg::opt<price>(rows[0][0]), pg::opt<price>(rows[0][1])};
    domain::tariff next = now;
    if (per_kwh) next.per_kwh = *per_kwh;
    if (per_hour) next.per_hour = *per_hour;
    if (next == now) return;
    if (!rows.empty()) t.exec(close_own, {charge_point, at});
    if (!next.empty()) t.exec(open, {charge_point, nullptr, next.per_kwh, next.per_hour, at});
}

std::vector<user_price> list_user_prices(pg::transaction& t, std::int64_t charge_point) {
    std::vector<user_price> all;
    for (const auto& r : t.exec(list_users, {charge_point}))
        all.push_back(read(r));
    return all;
}

bool set_user_price(pg::transaction& t, std::int64_t charge_point, account_id account,
                    const domain::tariff& prices) {
    const auto at = begin_change(t, charge_point);
    const bool had = t.exec(close_users, {charge_point, account, at}).affected_rows() > 0;
    t.exec(open, {charge_point, account, prices.per_kwh, prices.per_hour, at});
    return !had;
}

std::optional<user_price> find_user_price(pg::transaction& t, std::int64_t charge_point, account_id account) {
    const auto rows = t.exec(one_user, {charge_point, account});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

bool end_user_price(pg::transaction& t, std::int64_t charge_point, std::int64_t id) {
    return t.exec(end_users, {charge_point, id}).affected_rows() > 0;
}

} // namespace voltlane::store
