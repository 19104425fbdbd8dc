#pragma once

#include "shared/domain/session/session.hpp"
#include "shared/pg/arrays.hpp"
#include "shared/pg/values.hpp"

#include <span>
#include <string>

// The one list of the columns of `sessions` that the fold owns: SQL texts, writing and reading are made from
// it, so that they cannot disagree. Internal to the session files of this folder.
namespace voltlane::store {

struct session_column {
    const char* name;
    const char* type;
    void (*put)(const domain::session& s, pg::array& out);
    void (*get)(const pg::field& f, domain::session& s);
};

std::span<const session_column> session_columns();

// "prefix.name, prefix.name ..." in the list's order.
std::string session_column_names(const char* prefix);
// A row whose first columns are id, charge_point_id and then the list's.
domain::session read_session(const pg::row& row);

} // namespace voltlane::store
