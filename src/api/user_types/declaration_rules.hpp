#pragma once

#include "api/user_types/declaration_reader.hpp"
#include "api/user_types/declarations.hpp"

namespace voltlane::api {

// What must hold between declarations, so that no two things are the same member of a profile object or of a
// request: the object's own members, shared fields, flags and `<type>_profile`s are all different, the fields
// of a type are none of these, and type names differ without case. Faults go to `r` under `path`.

// Of a type that is to stand beside the others (`others` does not hold it).
void check_user_type(const declarations& others, const user_type& t, const std::string& path,
                     declaration_reader& r);
// Of shared fields in place of those that `d` has.
void check_shared_fields(const declarations& d, const std::vector<shared_field>& fields,
                         const std::string& path, declaration_reader& r);

} // namespace voltlane::api
