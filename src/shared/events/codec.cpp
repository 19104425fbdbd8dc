#include "shared/events/codec.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include <boost/json/array.hpp>
#include <boost/json/parser.hpp>

namespace voltlane::events::codec {
namespace {

using namespace std::string_view_literals;

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_blank(text[at]))
        ++at;
    return at;
}

// `at` is on a string's opening quote; the position behind its closing one.
std::size_t skip_string(std::string_view text, std::size_t at) noexcept {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

// `at` is on a value's first character; the position behind its last one (blanks behind a number included).
std::size_t skip_value(std::string_view text, std::size_t at) noexcept {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = skip_string(text, at);
            continue;
        }
        if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return at;
            --depth;
        } else if (c == ',' && depth == 0) {
            return at;
        }
        ++at;
    }
    return at;
}

} // namespace

std::optional<boost::json::value> parse_object(std::string_view text,
                                               boost::json::monotonic_resource& memory) {
    if (text.size() > max_value_bytes) return std::nullopt;
    boost::json::parse_options options;
    options.max_depth = max_depth;
    std::array<unsigned char, parser_room_bytes> room;
    boost::json::parser parser({}, options, room.data(), room.size());
    parser.reset(&memory);
    boost::system::error_code ec;
    parser.write(text.data(), text.size(), ec);
    if (ec) return std::nullopt;
    std::optional<boost::json::value> root(std::in_place, parser.release());
    if (!root->is_object()) return std::nullopt;
    return root;
}

std::string_view raw_member(std::string_view object_text, std::string_view name) noexcept {
    std::string_view found;
    std::size_t at = skip_blanks(object_text, 0) + 1; // behind the opening brace
    while ((at = skip_blanks(object_text, at)) < object_text.size() && object_text[at] == '"') {
        const auto name_end = skip_string(object_text, at);
        const auto member = object_text.substr(at + 1, name_end - at - 2);
        const auto from =
            skip_blanks(object_text, skip_blanks(object_text, name_end) + 1); // behind the colon
        const auto to = skip_value(object_text, from);
        if (member == name) {
            found = object_text.substr(from, to - from);
            while (!found.empty() && is_blank(found.back()))
                found.remove_suffix(1);
        }
        at = to + 1; // behind the comma
    }
    return found == "null"sv ? std::string_view{} : found;
}

bool version_accepted(const boost::json::object& o, int current) noexcept {
    const auto v = jsonio::find_integer(o, "v");
    return v && *v >= 1 && *v >= current - 1 && *v <= current;
}

bool is_utf8(std::string_view text) noexcept {
    // Lowest code point that a sequence of this many continuation bytes may stand for (longer forms are
    // refused).
    constexpr std::array<std::uint32_t, 4> lowest{0, 0x80, 0x800, 0x10000};
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i++]);
        if (first < 0x80) continue;
        const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || text.size() - i < more) return false;
        std::uint32_t code = first & (0x3Fu >> more);
        for (std::size_t k = 0; k < more; ++k) {
            const auto next = static_cast<unsigned char>(text[i++]);
            if ((next & 0xC0) != 0x80) return false;
            code = code << 6 | (next & 0x3Fu);
        }
        if (code < lowest[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    }
    return true;
}

void append_member(std::string& out, std::string_view name, timestamp t) {
    jsonio::append_name(out, name);
    out += '"';
    append_micros(out, t);
    out += '"';
}

void append_member(std::string& out, std::string_view name, const epoch& e) {
    jsonio::append_name(out, name);
    char digits[48];
    char* end = digits;
    *end++ = '"';
    end = std::to_chars(end, digits + sizeof digits, e.generation).ptr;
    *end++ = '-';
    end = std::to_chars(end, digits + sizeof digits, e.offset).ptr;
    *end++ = '"';
    out.append(digits, end);
}

void append_optional(std::string& out, std::string_view name, std::string_view text) {
    if (!text.empty()) jsonio::append_member(out, name, text);
}

void append_optional(std::string& out, std::string_view name, const std::optional<std::int64_t>& number) {
    if (number) jsonio::append_member(out, name, *number);
}

void append_optional(std::string& out, std::string_view name, const std::optional<timestamp>& t) {
    if (t && writable(*t)) append_member(out, name, *t);
}

void append_optional(std::string& out, std::string_view name, const std::optional<account_id>& id) {
    if (id) jsonio::append_member(out, name, (*id)());
}

std::string_view reader::text(std::string_view name) {
    const auto* v = find(name);
    if (v != nullptr && v->is_string()) return v->get_string();
    fail();
    return {};
}

std::string_view reader::optional_text(std::string_view name) {
    return find(name) == nullptr ? std::string_view{} : text(name);
}

std::string_view reader::text_or(std::string_view name, std::string_view usual) {
    return find(name) == nullptr ? usual : text(name);
}

std::int64_t reader::number(std::string_view name) {
    const auto* v = find(name);
    if (v != nullptr && v->is_int64()) return v->get_int64();
    fail();
    return 0;
}

std::optional<std::int64_t> reader::optional_number(std::string_view name) {
    if (find(name) == nullptr) return std::nullopt;
    return number(name);
}

bool reader::flag(std::string_view name) {
    const auto* v = find(name);
    if (v != nullptr && v->is_bool()) return v->get_bool();
    fail();
    return false;
}

timestamp reader::time(std::string_view name) {
    const auto t = parse_rfc3339(text(name));
    if (t) return *t;
    fail();
    return {};
}

std::optional<timestamp> reader::optional_time(std::string_view name) {
    if (find(name) == nullptr) return std::nullopt;
    return time(name);
}

epoch reader::known_epoch(std::string_view name) {
    const auto e = parse_epoch(text(name));
    if (e) return *e;
    fail();
    return {};
}

epoch reader::optional_epoch(std::string_view name) {
    return find(name) == nullptr ? epoch{} : known_epoch(name);
}

std::optional<account_id> reader::optional_account(std::string_view name) {
    const auto n = optional_number(name);
    return n ? std::optional(account_id{*n}) : std::nullopt;
}

const boost::json::object& reader::object(std::string_view name) {
    static const boost::json::object none;
    const auto* v = find(name);
    if (v != nullptr && v->is_object()) return v->get_object();
    fail();
    return none;
}

const boost::json::object* reader::optional_object(std::string_view name) {
    return find(name) == nullptr ? nullptr : &object(name);
}

const boost::json::array& reader::array(std::string_view name) {
    static const boost::json::array none;
    const auto* v = find(name);
    if (v != nullptr && v->is_array()) return v->get_array();
    fail();
    return none;
}

reader reader::element(const boost::json::value& v) {
    static const boost::json::object none;
    if (v.is_object()) return {v.get_object(), ok_};
    fail();
    return {none, ok_};
}

} // namespace voltlane::events::codec
