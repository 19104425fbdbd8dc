#include "shared/store/charge_point_grants.hpp"

namespace voltlane::store {
namespace {

#define GRANT_SELECT                                                                                         \
    "select g.account_id, a.email, a.username, g.granted_at from charge_point_grants g "                     \
    "join accounts a on a.id = g.account_id where g.charge_point_id = $1 "

constexpr pg::statement list{"charge_point_grants.list", GRANT_SELECT "order by lower(a.username)"};
constexpr pg::statement one{"charge_point_grants.one", GRANT_SELECT "and g.account_id = $2"};
constexpr pg::statement add{"charge_point_grants.add",
                            "insert into charge_point_grants (charge_point_id, account_id) values ($1, $2) "
                            "on conflict do nothing"};
constexpr pg::statement remove{"charge_point_grants.remove",
                               "delete from charge_point_grants "
                               "where charge_point_id = $1 and account_id = $2"};

charge_point_grant read(const pg::row& r) {
    return {pg::get<account_id>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2]),
            pg::get<timestamp>(r[3])};
}

} // namespace

std::vector<charge_point_grant> list_grants(pg::transaction& t, std::int64_t charge_point) {
    std::vector<charge_point_grant> all;
    for (const auto& r : t.exec(list, {charge_point}))
        all.push_back(read(r));
    return all;
}

std::optional<charge_point_grant> find_grant(pg::transaction& t, std::int64_t charge_point,
                                             account_id account) {
    const auto rows = t.exec(one, {charge_point, account});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

bool add_grant(pg::transaction& t, std::int64_t charge_point, account_id account) {
    return t.exec(add, {charge_point, account}).affected_rows() > 0;
}

bool remove_grant(pg::transaction& t, std::int64_t charge_point, account_id account) {
    return t.exec(remove, {charge_point, account}).affected_rows() > 0;
}

} // namespace voltlane::store
