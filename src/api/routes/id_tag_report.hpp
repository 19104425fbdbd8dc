#pragma once

#include "api/routes/id_tag_csv.hpp"

#include <string>
#include <vector>

namespace voltlane::api {

// What is said of a tag that its tenant has no room for.
std::string id_tags_full();

// The answer to POST /api/id-tags/import/. `outcomes`: of each of the file's lines. It tells of the first
// most_import_faults lines that are wrong, by themselves or for the table, and counts the others.
std::string import_report(const id_tag_file& file, const std::vector<store::line_outcome>& outcomes,
                          bool dry_run);

} // namespace voltlane::api
