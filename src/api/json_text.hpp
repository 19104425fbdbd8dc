#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/json.hpp"
#include "shared/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

// Members that may be null, and the contract's number formats, appended to a JSON object's text.
namespace voltlane::api {

inline void append_null(std::string& out, std::string_view name) {
    jsonio::append_raw_member(out, name, "null");
}

inline void append_or_null(std::string& out, std::string_view name, const std::optional<std::string>& text) {
    if (text) {
        jsonio::append_member(out, name, std::string_view(*text));
    } else {
        append_null(out, name);
    }
}

inline void append_or_null(std::string& out, std::string_view name, std::optional<std::int64_t> number) {
    if (number) {
        jsonio::append_member(out, name, *number);
    } else {
        append_null(out, name);
    }
}

// Whole seconds: 2025-09-05T16:10:20Z.
inline void append_time_or_null(std::string& out, std::string_view name, const std::optional<timestamp>& t) {
    if (t) {
        jsonio::append_member(out, name, std::string_view(format_seconds(*t)));
    } else {
        append_null(out, name);
    }
}

// All of the scale's decimals as a string: "10.000".
template <int Scale>
void append_decimal_or_null(std::string& out, std::string_view name, const std::optional<fixed<Scale>>& n) {
    if (n) {
        jsonio::append_member(out, name, std::string_view(n->text()));
    } else {
        append_null(out, name);
    }
}

// One element behind the others of an array that `out` ends in.
inline void append_element(std::string& out, std::string_view raw) {
    if (out.back() != '[') out += ',';
    out += raw;
}

// One connector of a charge point, appended to a JSON array's text.
inline void append_connector(std::string& list, std::int64_t connector, std::string_view status,
                             std::string_view error_code, timestamp updated) {
    std::string element = "{";
    jsonio::append_member(element, "connector_id", connector);
    jsonio::append_member(element, "status", status);
    jsonio::append_member(element, "error_code", error_code);
    jsonio::append_member(element, "updated", std::string_view(format_micros(updated)));
    append_element(list, element + "}");
}

} // namespace voltlane::api
