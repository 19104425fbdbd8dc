#include "shared/pg/arrays.hpp"

#include "shared/pg/values.hpp"

#include <charconv>

namespace voltlane::pg {

array& array::add(std::string_view text) {
    next();
    text = text.substr(0, text.find('\0'));
    // Always quoted: empty text, NULL in any case, commas, braces and blanks would be misread otherwise.
    text_ += '"';
    std::size_t from = 0;
    for (std::size_t at; (at = text.find_first_of("\"\\", from)) != std::string_view::npos; from = at + 1) {
        text_.append(text.substr(from, at - from));
        text_ += '\\';
        text_ += text[at];
    }
    text_.append(text.substr(from));
    text_ += '"';
    return *this;
}

array& array::add(std::int64_t number) {
    next();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text_.append(digits, end);
    return *this;
}

array& array::add(bool flag) {
    next();
    text_ += flag ? 't' : 'f';
    return *this;
}

array& array::add(timestamp t) {
    next();
    text_ += '"';
    append_time(text_, t);
    text_ += '"';
    return *this;
}

array& array::add_null() {
    next();
    text_ += "NULL";
    return *this;
}

array& array::add_plain(std::string_view text) {
    next();
    text_.append(text);
    return *this;
}

} // namespace voltlane::pg
