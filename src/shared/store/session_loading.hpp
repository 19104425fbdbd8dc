#pragma once

#include "shared/domain/session/charger_state.hpp"
#include "shared/pg/transaction.hpp"

#include <span>
#include <vector>

// Reads what the fold needs of `sessions`, `charge_point_epochs`, `session_decisions` and `prices`. Read by
// the pool `sessions` (its only writer) inside the transaction that moved its offset.
namespace voltlane::store {

// One charger of a batch; its `charge_point` is known.
struct fold_load {
    domain::charger_state* state = nullptr;
    domain::load_request request;
};

// Answers all requests with one statement for each kind that occurs, whatever the number of chargers; adopts
// the rows and marks the states as loaded. A decision id that is no UUID is a pg::failure (poison).
void load_sessions(pg::transaction& t, std::span<const fold_load> loads);

// The price rows that each charger's batch may freeze.
struct price_load {
    domain::charger_state* state = nullptr;
    domain::price_request request;
    std::vector<domain::price_row> rows; // the answer
};
void load_prices(pg::transaction& t, std::span<price_load> loads);

// The text of `charge_point_epochs.seen`, both ways.
domain::epoch_window parse_epochs(std::string_view text); // throws pg::failure(defect)
std::string epochs_text(const domain::epoch_window& window);

} // namespace voltlane::store
