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
// The expressions of the unique index.
#define SAME_HOLDER                                                                                          \
    "coalesce(p.account_id, 0) = coalesce($2::bigint, 0) and "                                               \
    "coalesce(p.user_type, '') = coalesce($3::text, '') "
constexpr pg::statement close_held{"prices.close_held",
                                   "update prices p set valid_to = $4 where p.charge_point_id = $1 and "
                                   "p.valid_to is null and " SAME_HOLDER};
constexpr pg::statement open{"prices.open",
                             "insert into prices (charge_point_id, account_id, user_type, price_per_kwh, "
                             "price_per_hour, valid_from) values ($1, $2, $3, $4, $5, $6)"};

#define HELD_PRICE_SELECT                                                                                    \
    "select (select min(q.id) from prices q where q.charge_point_id = p.charge_point_id and "                \
    "q.account_id is not distinct from p.account_id and q.user_type is not distinct from p.user_type) "      \
    "as stable_id, p.account_id, coalesce(p.user_type, ''), coalesce(a.email, ''), "                         \
    "coalesce(a.username, ''), p.price_per_kwh, p.price_per_hour "                                           \
    "from prices p left join accounts a on a.id = p.account_id "                                             \
    "where p.charge_point_id = $1 and p.valid_to is null "
constexpr pg::statement list_accounts{"prices.list_accounts",
                                      HELD_PRICE_SELECT "and p.account_id is not null order by 1"};
constexpr pg::statement list_types{"prices.list_types",
                                   HELD_PRICE_SELECT "and p.user_type is not null order by 1"};
constexpr pg::statement one_held{"prices.one_held", HELD_PRICE_SELECT "and " SAME_HOLDER};
constexpr pg::statement end_accounts{
    "prices.end_accounts",
    "update prices set valid_to = clock_timestamp() where charge_point_id = $1 and valid_to is null and "
    "account_id = (select account_id from prices where charge_point_id = $1 and id = $2)"};
constexpr pg::statement end_types{
    "prices.end_types",
    "update prices set valid_to = clock_timestamp() where charge_point_id = $1 and valid_to is null and "
    "user_type = (select user_type from prices where charge_point_id = $1 and id = $2)"};

timestamp begin_change(pg::transaction& t, std::int64_t charge_point) {
    return pg::get<timestamp>(t.exec(lock_charge_point, {charge_point})[0][0]);
}

held_price read(const pg::row& r) {
    const auto account = pg::opt<account_id>(r[1]);
    auto holder = account ? price_holder(*account) : price_holder(pg::get<std::string>(r[2]));
    return {pg::get<std::int64_t>(r[0]),
            std::move(holder),
            pg::get<std::string>(r[3]),
            pg::get<std::string>(r[4]),
            {pg::opt<price>(r[5]), pg::opt<price>(r[6])}};
}

std::optional<account_id> account_of(const price_holder& h) {
    const auto* account = std::get_if<account_id>(&h);
    return account == nullptr ? std::nullopt : std::optional(*account);
}

std::optional<std::string> type_of(const price_holder& h) {
    const auto* type = std::get_if<std::string>(&h);
    return type == nullptr ? std::nullopt : std::optional(*type);
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
    if (!next.empty()) t.exec(open, {charge_point, nullptr, nullptr, next.per_kwh, next.per_hour, at});
}

std::vector<held_price> list_held_prices(pg::transaction& t, std::int64_t charge_point, held_by kind) {
    std::vector<held_price> all;
    for (const auto& r : t.exec(kind == held_by::accounts ? list_accounts : list_types, {charge_point}))
        all.push_back(read(r));
    return all;
}

bool set_held_price(pg::transaction& t, std::int64_t charge_point, const price_holder& holder,
                    const domain::tariff& prices) {
    const auto at = begin_change(t, charge_point);
    const auto account = account_of(holder);
    const auto type = type_of(holder);
    const bool had = t.exec(close_held, {charge_point, account, type, at}).affected_rows() > 0;
    t.exec(open, {charge_point, account, type, prices.per_kwh, prices.per_hour, at});
    return !had;
}

std::optional<held_price> find_held_price(pg::transaction& t, std::int64_t charge_point,
                                          const price_holder& holder) {
    const auto rows = t.exec(one_held, {charge_point, account_of(holder), type_of(holder)});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

bool end_held_price(pg::transaction& t, std::int64_t charge_point, held_by kind, std::int64_t id) {
    return t.exec(kind == held_by::accounts ? end_accounts : end_types, {charge_point, id}).affected_rows() >
           0;
}

} // namespace voltlane::store
