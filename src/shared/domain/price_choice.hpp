#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/tariff.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace voltlane::domain {

// One row of the price history of a charge point. Rows are never updated in place: a change ends one and adds
// another, so that a lagging or replaying worker bills the same.
struct price_row {
    // Whom it is for: an account, else a user type, else (both unset) everybody at the charge point.
    std::optional<account_id> account;
    std::string user_type;
    tariff prices;
    timestamp valid_from{};
    std::optional<timestamp> valid_to; // exclusive; nullopt: still in force
};

// Whose price, and when: the account that is billed (that of the command which started the session, else the
// tag's), its user type, and the gateway's receipt of the start, never the charger's clock.
struct price_question {
    std::optional<account_id> account;
    std::string_view user_type;
    timestamp received_at{};
};

// The account's price at that charge point, else its user type's, else the charge point's, else none. A row
// counts whole: an account's row with one price only does not borrow the other. A row without any price
// counts as absent. Where rows overlap (they should not), the one that began last wins. `rows` are those of
// one charge point.
tariff choose_tariff(std::span<const price_row> rows, const price_question& question);

} // namespace voltlane::domain
