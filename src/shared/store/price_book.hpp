#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/domain/tariff.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Table `prices` as people change it: the row in force is closed and another one opened, never updated in
// place, so that a lagging or replaying worker bills the same. Writer: api. A charge point is named by its
// internal id, which the caller got under its own tenant.
namespace voltlane::store {

// nullopt: that price is left as it is; an inner nullopt: unset.
void change_own_price(pg::transaction& t, std::int64_t charge_point,
                      const std::optional<std::optional<price>>& per_kwh,
                      const std::optional<std::optional<price>>& per_hour);

struct user_price {
    std::int64_t id =
        0; // of the first row for that account at that charge point: stays the same when it is replaced
    account_id account;
    std::string email, username;
    domain::tariff prices;
};
std::vector<user_price> list_user_prices(pg::transaction& t, std::int64_t charge_point);
// True: the account had none there before.
bool set_user_price(pg::transaction& t, std::int64_t charge_point, account_id account,
                    const domain::tariff& prices);
std::optional<user_price> find_user_price(pg::transaction& t, std::int64_t charge_point, account_id account);
// By user_price::id. False: none in force.
bool end_user_price(pg::transaction& t, std::int64_t charge_point, std::int64_t id);

} // namespace voltlane::store
