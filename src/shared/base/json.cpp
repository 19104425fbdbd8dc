#include "shared/base/json.hpp"

#include <charconv>

namespace voltlane::jsonio {

void append_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, copied, i - copied);
        copied = i + 1;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i];
        } else if (c == '\n') {
            out += "\\n";
        } else {
            out += "\\u00";
            out += hex[c >> 4];
            out += hex[c & 15];
        }
    }
    out.append(text, copied, text.size() - copied);
    out += '"';
}

void append_name(std::string& out, std::string_view name) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
    append_string(out, name); // some names are a client's or a charger's
    out += ':';
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    append_name(out, name);
    append_string(out, text);
}

void append_member(std::string& out, std::string_view name, const char* text) {
    append_member(out, name, std::string_view(text));
}

void append_member(std::string& out, std::string_view name, std::int64_t number) {
    append_name(out, name);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

void append_member(std::string& out, std::string_view name, int number) {
    append_member(out, name, std::int64_t{number});
}

void append_member(std::string& out, std::string_view name, bool flag) {
    append_name(out, name);
    out += flag ? "true" : "false";
}

void append_raw_member(std::string& out, std::string_view name, std::string_view raw) {
    append_name(out, name);
    out += raw;
}

const boost::json::value* find(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    return v == nullptr || v->is_null() ? nullptr : v;
}

std::optional<std::string_view> find_string(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_string()) return std::nullopt;
    return std::string_view(v->get_string());
}

std::optional<std::int64_t> find_integer(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_int64()) return std::nullopt;
    return v->get_int64();
}

std::optional<bool> find_bool(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_bool()) return std::nullopt;
    return v->get_bool();
}

const boost::json::object* find_object(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    return v == nullptr ? nullptr : v->if_object();
}

const boost::json::array* find_array(const boost::json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    return v == nullptr ? nullptr : v->if_array();
}

} // namespace voltlane::jsonio
