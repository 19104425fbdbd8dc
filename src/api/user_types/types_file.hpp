#pragma once

#include "api/user_types/declarations.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// What a file declares:
//
//     shared_fields:
//       - {name: major, kind: string, max_length: 100}
//     types:
//       - name: student
//         flag: is_student
//         self_registration: false
//         fields:
//           - {name: gpa, kind: decimal, decimals: 2, min: 0, max: 4}
struct types_file {
    std::vector<profile_field> shared;
    std::vector<user_type> types; // of source `file`
    // What is wrong, one line each: "line 7: types[0].fields[0].kind: ...". Not empty: the rest means
    // nothing.
    std::vector<std::string> faults;
};

// At most 1 MiB of YAML.
types_file parse_types_file(std::string_view yaml);
// The same from a file; one that cannot be read is a fault.
types_file read_types_file(const std::string& path);

} // namespace voltlane::api
