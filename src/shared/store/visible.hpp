#pragma once

#include "shared/domain/visibility.hpp"
#include "shared/pg/transaction.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voltlane::store {

// Adds a parameter and returns its name ("$3").
std::string next_parameter(std::vector<pg::parameter>& parameters, pg::parameter value);

// domain/visibility.hpp (sees_session, sees_command) as a condition of SQL over a row's tenant and owner
// columns: a super_admin sees its tenant's rows, everybody else its own ones.
std::string visible_to(const domain::caller& who, std::string_view tenant_column,
                       std::string_view owner_column, std::vector<pg::parameter>& parameters);

} // namespace voltlane::store
