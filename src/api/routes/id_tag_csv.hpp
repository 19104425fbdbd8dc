#pragma once

#include "api/errors.hpp"
#include "shared/store/id_tag_import.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// What is wrong with a line of a file. Lines count from 1, the header's included.
struct line_error {
    std::size_t line = 0;
    std::string field; // the column; non_field_errors: the whole line
    std::string message;
};

// A file of id tags, read. The first line names the columns, in any order: `id_tag` must be there, `status`,
// `user_email`, `expiry_date`, `parent_id_tag` may; those that an export has besides (`id`, `user_name`,
// `created_at`) are passed over. A column that is not there leaves what it means as it is.
struct id_tag_file {
    field_messages refused; // of the whole file: nothing else counts then
    std::vector<store::id_tag_line> lines;
    std::vector<std::size_t> numbers; // of each of `lines`
    std::vector<line_error> errors;   // by line, the first most_import_faults
    std::size_t faults = 0;           // all of them
};
// Tags in one file, and columns: those that there are, twice over. More: the file is refused.
inline constexpr std::size_t most_import_lines = 20'000;
inline constexpr std::size_t most_import_columns = 16;
// Faults told of: enough to see what is wrong with a file; the others are counted.
inline constexpr std::size_t most_import_faults = 100;
// Takes some 10 ms for the largest body: not for a thread that others wait for.
id_tag_file read_id_tag_file(std::string_view text);

std::string id_tag_csv_header();
std::string id_tag_csv(const std::vector<store::id_tag_row>& rows);

} // namespace voltlane::api
