#pragma once

#include "shared/ocpp/call_error.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

// Messages as constant tables: names, types, lengths, choices, required or not; and the one checker that
// reads them.
namespace voltlane::ocpp::v16 {

enum class value_type : std::uint8_t {
    text,    // max_length characters, 0 = unbounded
    integer, // see as_integer in quirks/loose_integer.hpp
    decimal, // a number with at most one fraction digit in its shortest decimal text
    boolean,
    date_time,
    uri, // ftp, ftps, http or https
    choice,
    object,
    object_list,
    text_list, // each at most max_length characters
    anything,
};

// What check_mode::lenient lets pass in a member, flagged as a quirk.
enum class tolerance : std::uint8_t {
    none = 0,
    long_text = 1,
    unknown_choice = 2,
    bad_time = 4,    // text that is no time
    number_text = 8, // "1" for 1
    all = 0xff,      // missing, of another type, whatever: the call is answered all the same
};
constexpr tolerance operator|(tolerance a, tolerance b) {
    return static_cast<tolerance>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool allows(tolerance set, tolerance one) {
    return (static_cast<std::uint8_t>(set) & static_cast<std::uint8_t>(one)) ==
           static_cast<std::uint8_t>(one);
}

struct schema;

struct member {
    std::string_view name;
    value_type type = value_type::text;
    bool required = false;
    tolerance tolerated = tolerance::none;
    std::uint16_t max_length = 0;
    std::uint16_t min_items = 0;
    bool may_be_blank = true; // false: check_params refuses empty text
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
    std::span<const std::string_view> choices{};
    const schema* nested = nullptr;

    // Spelling aids for the tables.
    constexpr member need() const {
        auto m = *this;
        m.required = true;
        return m;
    }
    constexpr member let(tolerance t) const {
        auto m = *this;
        m.tolerated = t;
        return m;
    }
    constexpr member at_least(std::int64_t n) const {
        auto m = *this;
        m.minimum = n;
        return m;
    }
    constexpr member filled() const {
        auto m = *this;
        m.may_be_blank = false;
        return m;
    }
    constexpr member items(std::uint16_t n) const {
        auto m = *this;
        m.min_items = n;
        return m;
    }
};

// At most 32 members (a bit each in the checker).
struct schema {
    std::span<const member> members;
};

enum class check_mode : std::uint8_t {
    lenient, // tolerances apply: what comes from the field
    strict,  // none: tests, the simulator's own output
};

// Outcome of a check. Ok: `path` and `text` are empty and nothing was allocated.
struct verdict {
    bool ok = true;
    call_error_code code = call_error_code::generic_error; // where not ok
    std::string path;                                      // `meterValue[0].sampledValue[2].unit`
    std::string text;                                      // `idTag: required member is missing`
    quirk_set quirks;                                      // tolerated, in lenient mode

    explicit operator bool() const noexcept { return ok; }
};

// The first violation in table order: missing -> OccurenceConstraintViolation, another JSON type (or a
// fraction) -> TypeConstraintViolation, a value out of length, range, choices or format ->
// PropertyConstraintViolation. Unknown members are ignored; null counts as absent; lengths count characters.
// Depth is bounded by the tables.
verdict check(const schema& s, const boost::json::object& o, check_mode mode);

} // namespace voltlane::ocpp::v16
