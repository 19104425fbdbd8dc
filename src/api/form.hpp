#pragma once

#include "api/errors.hpp"
#include "api/json_input.hpp"
#include "shared/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

// Reads a request's fields and collects what is wrong with them, in the words that Django REST Framework's
// clients know.
//
//     form f(input);
//     const auto name = f.text("name", {.required = true, .most = 255});
//     if (!f.ok()) co_return invalid(f.errors());
class form {
public:
    struct text_rule {
        bool required = false;
        bool may_be_blank = false;
        bool may_be_null = false;
        bool trimmed = true;
        std::size_t most = 255; // characters
    };
    // A field that was sent: null is a value of its own.
    template <class T>
    struct sent {
        bool present = false;   // the member is there and right
        std::optional<T> value; // nullopt: null
        explicit operator bool() const noexcept { return present; }
    };

    explicit form(const json_input& input) : input_(input) {}

    bool ok() const noexcept { return errors_.empty(); }
    const field_messages& errors() const noexcept { return errors_; }
    void fail(std::string_view field, std::string_view message);
    bool has(std::string_view field) const { return input_.find(field) != nullptr; }

    // Text, also from a number. Empty where absent, null or wrong.
    std::string text(std::string_view field, text_rule rule);
    sent<std::string> optional_text(std::string_view field, text_rule rule);
    sent<bool> flag(std::string_view field);
    sent<std::int64_t> integer(std::string_view field, std::int64_t least, std::int64_t most);
    // One of the choices. Empty where absent or wrong.
    std::string choice(std::string_view field, std::initializer_list<std::string_view> choices,
                       bool required);
    // A decimal from a JSON number's text or a string, in units of 10^-scale; more fraction digits are wrong.
    sent<std::int64_t> decimal(std::string_view field, int scale, std::int64_t least, std::int64_t most);
    sent<std::chrono::year_month_day> date(std::string_view field); // YYYY-MM-DD
    sent<timestamp> time(std::string_view field);                   // RFC 3339 with an offset

private:
    // The member, where it is there and neither null nor absent; those cases are dealt with by the rules.
    const boost::json::value* value(std::string_view field, bool required, bool may_be_null, bool& is_null);

    const json_input& input_;
    field_messages errors_;
};

// YYYY-MM-DD of a day that exists, from the year 1 on.
std::optional<std::chrono::year_month_day> parse_day(std::string_view text) noexcept;
// Characters of valid UTF-8 text.
std::size_t character_count(std::string_view utf8) noexcept;
// As far as our own mails go: one '@', a dot in the domain, no blanks, nothing that ends an address in a
// mail's header or in SMTP, nothing that does not show.
bool is_email(std::string_view text);

} // namespace voltlane::api
