#include "api/routes/id_tag_csv.hpp"

#include "api/csv.hpp"
#include "api/form.hpp"
#include "shared/base/text.hpp"
#include "shared/ocpp/utf8.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <unordered_map>

namespace voltlane::api {
namespace {

constexpr std::size_t most_tag = 36; // as of a single one
constexpr std::size_t most_email = 254;

enum class column { id_tag, status, user_email, expiry_date, parent_id_tag, passed_over };

struct named_column {
    std::string_view name;
    column which;
};
constexpr std::array<named_column, 8> known_columns{{{"id_tag", column::id_tag},
                                                     {"status", column::status},
                                                     {"user_email", column::user_email},
                                                     {"expiry_date", column::expiry_date},
                                                     {"parent_id_tag", column::parent_id_tag},
                                                     {"id", column::passed_over},
                                                     {"user_name", column::passed_over},
                                                     {"created_at", column::passed_over}}};

// As much of a file's text as a message repeats.
std::string echoed(std::string_view text) {
    constexpr std::size_t most_echoed = 100; // characters
    return std::string(ocpp::cut_characters(text, most_echoed));
}

std::vector<column> read_header(const csv::record& header, field_messages& refused) {
    std::vector<column> columns;
    if (header.wrong == csv::too_many_cells) {
        refused[std::string(non_field)] = {"The file has more than " + std::to_string(most_import_columns) +
                                           " columns."};
        return columns;
    }
    if (!header.wrong.empty()) refused[std::string(non_field)] = {std::string(header.wrong)};
    for (const auto& cell : header.cells) {
        const auto name = trim(cell);
        const auto* found = std::find_if(known_columns.begin(), known_columns.end(),
                                         [name](const auto& c) { return iequals(c.name, name); });
        if (found == known_columns.end()) {
            refused[std::string(non_field)].push_back("Unknown column \"" + echoed(name) + "\".");
            columns.push_back(column::passed_over);
            continue;
        }
        const bool twice = found->which != column::passed_over &&
                           std::find(columns.begin(), columns.end(), found->which) != columns.end();
        if (twice) refused[std::string(found->name)] = {"This column stands twice."};
        columns.push_back(found->which);
    }
    if (refused.empty() && std::find(columns.begin(), columns.end(), column::id_tag) == columns.end())
        refused["id_tag"] = {"This column is required."};
    return columns;
}

// An empty cell is null.
std::optional<std::string> cell_text(std::string_view cell) {
    auto text = csv::unguarded(trim(cell));
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// One line's cells; what is wrong goes to the file's errors.
class line_reader {
public:
    line_reader(std::size_t line, id_tag_file& file) : line_(line), file_(file) {}

    bool ok() const noexcept { return ok_; }
    void fail(std::string_view field, std::string message) {
        ok_ = false;
        if (++file_.faults <= most_import_faults)
            file_.errors.push_back({line_, std::string(field), std::move(message)});
    }
    store::id_tag_line read(const std::vector<column>& columns, const std::vector<std::string>& cells) {
        store::id_tag_line l;
        for (std::size_t i = 0; i < columns.size(); ++i)
            read(columns[i], cell_text(cells[i]), l);
        l.folded = ocpp::v16::normalise_id_tag(l.id_tag);
        if (ok() && l.folded.empty()) fail("id_tag", "This field may not be blank.");
        return l;
    }

private:
    void read(column which, std::optional<std::string> text, store::id_tag_line& l) {
        switch (which) {
        case column::id_tag:
            l.id_tag = text.value_or("");
            bounded("id_tag", l.id_tag, most_tag);
            break;
        case column::status:
            if (text) l.status = read_status(*text);
            break;
        case column::user_email:
            bounded("user_email", text.value_or(""), most_email);
            l.email = std::move(text);
            break;
        case column::expiry_date: l.expiry = text ? read_time(*text) : std::nullopt; break;
        case column::parent_id_tag:
            bounded("parent_id_tag", text.value_or(""), most_tag);
            l.parent = std::move(text);
            break;
        case column::passed_over: break;
        }
    }
    void bounded(std::string_view field, std::string_view text, std::size_t most) {
        if (character_count(text) > most)
            fail(field, "Ensure this field has no more than " + std::to_string(most) + " characters.");
    }
    std::string read_status(const std::string& text) {
        static constexpr std::array<std::string_view, 4> statuses{"Accepted", "Blocked", "Expired",
                                                                  "Invalid"};
        const auto* found = std::find_if(statuses.begin(), statuses.end(),
                                         [&text](std::string_view s) { return iequals(s, text); });
        if (found != statuses.end()) return std::string(*found);
        fail("status", "\"" + echoed(text) + "\" is not a valid choice.");
        return {};
    }
    // A date is the beginning of its day, as spreadsheets leave little else.
    std::optional<timestamp> read_time(const std::string& text) {
        auto at = parse_rfc3339(text.size() == 10 ? text + "T00:00:00Z" : text);
        if (!at)
            fail("expiry_date", "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DD, "
                                "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
        return at;
    }

    std::size_t line_;
    id_tag_file& file_;
    bool ok_ = true;
};

std::string time_text(timestamp t) {
    return cut_to_seconds(t) == t ? format_seconds(t) : format_micros(t);
}

} // namespace

id_tag_file read_id_tag_file(std::string_view text) {
    id_tag_file file;
    const auto refuse = [&file](std::string message) {
        file.refused[std::string(non_field)] = {std::move(message)};
        return file;
    };
    if (!ocpp::is_utf8(text) || text.find('\0') != std::string_view::npos)
        return refuse("The file is not UTF-8 text.");
    csv::reader in(text, most_import_columns);
    const auto header = in.next();
    if (!header) return refuse("The file is empty.");
    const auto columns = read_header(*header, file.refused);
    if (!file.refused.empty()) return file;
    std::unordered_map<std::string, std::size_t> seen; // folded tag -> its line
    std::size_t count = 0;
    while (const auto record = in.next()) {
        if (++count > most_import_lines)
            return refuse("The file has more than " + std::to_string(most_import_lines) + " lines.");
        line_reader line(record->line, file);
        if (!record->wrong.empty()) {
            line.fail(non_field, std::string(record->wrong));
        } else if (record->cells.size() != columns.size()) {
            line.fail(non_field, "Expected " + std::to_string(columns.size()) + " fields, found " +
                                     std::to_string(record->cells.size()) + ".");
        }
        if (!line.ok()) continue;
        auto l = line.read(columns, record->cells);
        if (!line.ok()) continue;
        const auto [at, fresh] = seen.emplace(l.folded, record->line);
        if (!fresh) {
            line.fail("id_tag", "This tag stands in line " + std::to_string(at->second) + " already.");
            continue;
        }
        file.lines.push_back(std::move(l));
        file.numbers.push_back(record->line);
    }
    return file;
}

std::string id_tag_csv_header() {
    return "id,id_tag,status,user_email,user_name,expiry_date,parent_id_tag,created_at\r\n";
}

std::string id_tag_csv(const std::vector<store::id_tag_row>& rows) {
    csv::writer out;
    for (const auto& row : rows) {
        out.plain(std::to_string(row.id)).text(row.id_tag).plain(row.status).optional_text(row.user_email);
        out.optional_text(row.user_name)
            .plain(row.expiry ? time_text(*row.expiry) : "")
            .optional_text(row.parent_id_tag);
        out.plain(format_seconds(row.created_at)).end_row();
    }
    return out.take();
}

} // namespace voltlane::api
