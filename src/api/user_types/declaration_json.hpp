#pragma once

#include "api/user_types/declarations.hpp"
#include "shared/store/user_types.hpp"

#include <string>
#include <vector>

namespace voltlane::api {

// As /api/admin/user-types/ shows it, and as it is stored; declaration_reader reads the same.
std::string field_json(const profile_field& f);
std::string fields_json(const std::vector<profile_field>& fields);
// {"name","flag","profile","fields","self_registration","source"}; flag and profile are null for a built-in
// type.
std::string user_type_json(const user_type& t);
// {"fields":[...]}, each field with its "source" besides.
std::string shared_fields_json(const declarations& d);

store::user_type_row row_of(const user_type& t);
std::vector<store::shared_field_row> rows_of(const std::vector<shared_field>& fields);
// With the built-in types. What this version cannot read of a row (a newer one wrote it) is left out and
// logged.
declarations declarations_of(const store::declared_user_types& rows);

} // namespace voltlane::api
