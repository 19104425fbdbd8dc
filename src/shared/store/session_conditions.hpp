#pragma once

#include "shared/store/session_lookup.hpp"

#include <string>
#include <vector>

// A filter as SQL over `sessions s`. Internal to the session files of this folder.
namespace voltlane::store {

struct session_conditions {
    std::string all; // must hold
    // Of which one holds, and no two at the same time; empty: none is needed.
    std::vector<std::string> branches;
};
// `with_states`: also what the filter's statuses ask for.
session_conditions conditions(const domain::caller& who, const session_filter& filter, const looked_up& names,
                              bool with_states, std::vector<pg::parameter>& parameters);

// An expression for the number of sessions that match: from session_months where it tells, else counted in an
// index.
std::string count_expression(const domain::caller& who, const session_filter& filter, const looked_up& names,
                             std::vector<pg::parameter>& parameters);

} // namespace voltlane::store
