#pragma once

#include "shared/base/errors.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace voltlane::pg {

class database;

// The schema that this program was written for: the newest file in sql/. Raised with each migration.
inline constexpr int schema_version = 3;

// One file `NNNN_name.sql`.
struct migration {
    int number = 0;
    std::string name;
    std::string sql;
    std::string checksum; // SHA-256, lower-case hex
};

// The folder's migrations by number. errc::invalid_input: a file of another name, a gap, a number twice, or
// no file (the explanation is in `why`).
result<std::vector<migration>> read_migrations(const std::filesystem::path& folder, std::string& why);

struct migration_report {
    std::vector<std::string> applied; // names, in order
    std::string refused;              // empty: fine; else why nothing (more) was done
};
// Applies what the database lacks, each in a transaction of its own, one process at a time (advisory lock).
// Refuses where an applied file was changed since, or where the database has a migration that the folder
// lacks. Throws pg::failure.
migration_report migrate(database& db, const std::vector<migration>& all);

// The number of the last applied migration; 0: none.
int applied_version(transaction& t);
// Empty, or why this program must not run on that database: an unknown (older or newer) schema.
std::string check_schema(transaction& t);

} // namespace voltlane::pg
