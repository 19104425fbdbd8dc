#pragma once

#include "api/user_types/catalog.hpp"
#include "api/user_types/declaration_reader.hpp"
#include "api/user_types/types_file.hpp"
#include "shared/async/types.hpp"
#include "shared/pg/pool.hpp"

#include <optional>
#include <string>
#include <vector>

namespace voltlane::api {

declarations load_declarations(pg::transaction& t);

// What a file's types did to the database's, in words for the log.
struct applied_file {
    declarations now;
    std::vector<std::string> notes;
    std::vector<std::string> faults; // not empty: nothing was written, and `now` is empty
};
// Writes what the file declares, in one transaction that no other change overlaps. A type or shared field
// that was last declared through the API is left as it is. What an earlier file declared and this one does
// not goes, except types that accounts have or prices are in force for: a start ends no price.
applied_file apply_types_file(pg::transaction& t, const types_file& file);

// At the start of a pod: applies the file, if there is one, and fills the catalog; waits for a database that
// is away. A file that does not go together with what was declared through the API meanwhile is logged and
// not applied: what is stored is served, so that nobody who may declare types keeps pods from starting.
async::awaitable<void> start_user_types(pg::pool& database, user_type_catalog& catalog,
                                        std::optional<types_file> file);

// Asks twice a second whether something was declared on another pod, and brings the catalog up to it. For
// ever, on one shard, until cancelled.
async::awaitable<void> follow_user_types(pg::pool& database, user_type_catalog& catalog);

} // namespace voltlane::api
