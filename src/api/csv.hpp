#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Comma separated values (RFC 4180), written and read.
namespace voltlane::api::csv {

// A cell that a spreadsheet would take for a formula (it starts with = + - @, a tab or a CR) gets an
// apostrophe in front; so does one that starts so behind apostrophes, so that reading is the exact inverse.
// For texts, never numbers.
std::string guarded(std::string_view text);
std::string unguarded(std::string_view text);

// Collects one row after the other; quotes what needs it, ends lines with CRLF.
class writer {
public:
    writer& text(std::string_view cell); // guarded
    writer& optional_text(const std::optional<std::string>& cell) { return cell ? text(*cell) : plain({}); }
    writer& plain(std::string_view cell); // numbers and times
    void end_row();
    std::string take() { return std::move(out_); }
    std::size_t size() const noexcept { return out_.size(); }

private:
    void separate();
    std::string out_;
    bool fresh_ = true; // nothing stands in this row yet
};

// One record of a text.
struct record {
    std::size_t line = 0;           // where it begins, from 1; quoted line breaks count
    std::vector<std::string> cells; // as they stand, unquoted, still guarded
    std::string_view wrong;         // what is no CSV about it; empty: nothing
};
inline constexpr std::string_view too_many_cells = "There are too many fields.";

// Reads records from the front: LF, CRLF or CR end them, also inside of quotes as part of the cell; a byte
// order mark in front is skipped, as are empty lines. A broken record is given with `wrong` set and reading
// goes on behind its line; a quote that is never closed takes the rest. A record of more than `most_cells` is
// broken.
class reader {
public:
    reader(std::string_view text, std::size_t most_cells);
    std::optional<record> next();

private:
    bool skip_line_break();
    void read_quoted(std::string& cell, record& r);
    void read_plain(std::string& cell, record& r);
    void skip_line();

    std::string_view text_;
    std::size_t most_cells_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

} // namespace voltlane::api::csv
