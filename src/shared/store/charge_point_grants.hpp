#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Table `charge_point_grants`: who may use a charge point while it is private. Writer: api. A charge point is
// named by its internal id, which the caller got under its own tenant.
namespace voltlane::store {

struct charge_point_grant {
    account_id account;
    std::string email, username;
    timestamp granted_at{};
};
// By user name. One statement.
std::vector<charge_point_grant> list_grants(pg::transaction& t, std::int64_t charge_point);
std::optional<charge_point_grant> find_grant(pg::transaction& t, std::int64_t charge_point,
                                             account_id account);
// True: the account had none there before.
bool add_grant(pg::transaction& t, std::int64_t charge_point, account_id account);
// False: it had none.
bool remove_grant(pg::transaction& t, std::int64_t charge_point, account_id account);

} // namespace voltlane::store
