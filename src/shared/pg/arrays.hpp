#pragma once

#include "shared/base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::pg {

// Builds the literal of a one-dimensional PostgreSQL array, for `unnest($1::text[])`: rows go to the server
// as a few arrays, not one by one. One class serves text[], bigint[], numeric[], timestamptz[] and bool[];
// elements are appended straight into the parameter's text. Text that contains a zero byte is cut before it
// (PostgreSQL has none).
class array {
public:
    array() : text_("{") {}
    void reserve(std::size_t bytes) { text_.reserve(bytes); }

    array& add(std::string_view text);
    array& add(const std::string& text) { return add(std::string_view(text)); }
    array& add(const char* text) { return add(std::string_view(text)); }
    array& add(std::int64_t number);
    array& add(std::int32_t number) { return add(std::int64_t{number}); }
    array& add(bool flag);
    array& add(timestamp t);
    array& add_null();
    // Text that is free of quotes, backslashes, commas, braces, blanks and is not empty (numbers, hex,
    // times).
    array& add_plain(std::string_view text);

    template <class T>
    array& add(const std::optional<T>& value) {
        return value ? add(*value) : add_null();
    }
    // Anything with .text(): fixed<Scale> as numeric.
    template <class T>
        requires requires(const T& t) {
            { t.text() } -> std::convertible_to<std::string>;
        }
    array& add(const T& value) {
        return add_plain(value.text());
    }
    // Empty text as NULL.
    array& add_or_null(std::string_view text) { return text.empty() ? add_null() : add(text); }

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    void clear() {
        text_.assign("{");
        size_ = 0;
    }
    // The literal; elements can be added afterwards.
    std::string literal() const { return text_ + '}'; }

private:
    void next() {
        if (size_++ != 0) text_ += ',';
    }

    std::string text_;
    std::size_t size_ = 0;
};

} // namespace voltlane::pg
