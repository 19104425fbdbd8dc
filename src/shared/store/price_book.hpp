#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/domain/tariff.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Table `prices` as people change it: the row in force is closed and another one opened, never updated in
// place, so that a lagging or replaying worker bills the same. Writer: api. A charge point is named by its
// internal id, which the caller got under its own tenant.
namespace voltlane::store {

// nullopt: that price is left as it is; an inner nullopt: unset.
void change_own_price(pg::transaction& t, std::int64_t charge_point,
                      const std::optional<std::optional<price>>& per_kwh,
                      const std::optional<std::optional<price>>& per_hour);

// Whom a price is for beside everybody: an account, or a user type by its name.
using price_holder = std::variant<account_id, std::string>;
enum class held_by { accounts, user_types };

struct held_price {
    std::int64_t id =
        0; // of the first row for that holder at that charge point: stays the same when it is replaced
    price_holder holder;
    std::string email, username; // of an account
    domain::tariff prices;
};
std::vector<held_price> list_held_prices(pg::transaction& t, std::int64_t charge_point, held_by kind);
// True: the holder had none there before.
bool set_held_price(pg::transaction& t, std::int64_t charge_point, const price_holder& holder,
                    const domain::tariff& prices);
std::optional<held_price> find_held_price(pg::transaction& t, std::int64_t charge_point,
                                          const price_holder& holder);
// By held_price::id, of that kind. False: none in force.
bool end_held_price(pg::transaction& t, std::int64_t charge_point, held_by kind, std::int64_t id);

} // namespace voltlane::store
