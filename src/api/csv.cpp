#include "api/csv.hpp"

namespace voltlane::api::csv {
namespace {

constexpr std::string_view starts_formula = "=+-@\t\r";
constexpr std::string_view needs_quotes = ",\"\r\n";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Whether a formula stands behind any number of apostrophes.
bool is_risky(std::string_view text) noexcept {
    const auto first = text.find_first_not_of('\'');
    return first != std::string_view::npos && starts_formula.find(text[first]) != std::string_view::npos;
}

bool ends_line(char c) noexcept {
    return c == '\n' || c == '\r';
}

} // namespace

std::string guarded(std::string_view text) {
    return is_risky(text) ? '\'' + std::string(text) : std::string(text);
}

std::string unguarded(std::string_view text) {
    if (text.starts_with('\'') && is_risky(text)) text.remove_prefix(1);
    return std::string(text);
}

void writer::separate() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
}

writer& writer::text(std::string_view cell) {
    return plain(guarded(cell));
}

writer& writer::plain(std::string_view cell) {
    separate();
    if (cell.find_first_of(needs_quotes) == std::string_view::npos) {
        out_ += cell;
        return *this;
    }
    out_ += '"';
    for (const char c : cell) {
        if (c == '"') out_ += '"';
        out_ += c;
    }
    out_ += '"';
    return *this;
}

void writer::end_row() {
    out_ += "\r\n";
    fresh_ = true;
}

reader::reader(std::string_view text, std::size_t most_cells) : text_(text), most_cells_(most_cells) {
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
}

// CRLF counts once.
bool reader::skip_line_break() {
    if (at_ >= text_.size() || !ends_line(text_[at_])) return false;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
    return true;
}

void reader::skip_line() {
    while (at_ < text_.size() && !ends_line(text_[at_]))
        ++at_;
}

void reader::read_quoted(std::string& cell, record& r) {
    ++at_; // the quote
    while (at_ < text_.size()) {
        if (text_[at_] == '"') {
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
            cell += '"';
            at_ += 2;
            continue;
        }
        const auto from = at_;
        if (!skip_line_break()) ++at_;
        cell.append(text_.substr(from, at_ - from));
    }
    if (at_ >= text_.size()) {
        r.wrong = "A quote is not closed.";
        return;
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && !ends_line(text_[at_]))
        r.wrong = "Text stands behind a closing quote.";
}

void reader::read_plain(std::string& cell, record& r) {
    const auto from = at_;
    while (at_ < text_.size() && text_[at_] != ',' && !ends_line(text_[at_]))
        if (text_[at_++] == '"') r.wrong = "A quote stands inside of a cell that does not begin with one.";
    cell = text_.substr(from, at_ - from);
}

std::optional<record> reader::next() {
    while (skip_line_break()) {
    }
    if (at_ >= text_.size()) return std::nullopt;
    record r;
    r.line = line_;
    for (;;) {
        if (r.cells.size() == most_cells_) {
            r.wrong = too_many_cells;
            skip_line();
            break;
        }
        std::string cell;
        if (at_ < text_.size() && text_[at_] == '"') {
            read_quoted(cell, r);
        } else {
            read_plain(cell, r);
        }
        if (!r.wrong.empty()) {
            skip_line();
            break;
        }
        r.cells.push_back(std::move(cell));
        if (at_ >= text_.size() || text_[at_] != ',') break;
        ++at_;
    }
    skip_line_break();
    return r;
}

} // namespace voltlane::api::csv
