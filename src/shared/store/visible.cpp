#include "shared/store/visible.hpp"

namespace voltlane::store {

std::string next_parameter(std::vector<pg::parameter>& parameters, pg::parameter value) {
    parameters.push_back(std::move(value));
    return "$" + std::to_string(parameters.size());
}

std::string visible_to(const domain::caller& who, std::string_view tenant_column,
                       std::string_view owner_column, std::vector<pg::parameter>& parameters) {
    const auto equals = [&parameters](std::string_view column, pg::parameter value) {
        return std::string(column) + " = " + next_parameter(parameters, std::move(value));
    };
    const bool administrator = who.role == domain::role::super_admin && who.tenant;
    if (administrator) return equals(tenant_column, *who.tenant);
    return equals(owner_column, who.account);
}

} // namespace voltlane::store
