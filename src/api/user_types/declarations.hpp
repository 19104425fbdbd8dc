#pragma once

#include "shared/domain/account_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::api {

// What a deployment declares about its accounts beyond CUSTOMER and CUSTOMER_USER: user types with the fields
// of their profiles, and fields that every profile has. Data, not code: from a file at start and from
// /api/admin/user-types/.

enum class field_kind { string, text, integer, decimal, date, boolean, choice };

std::string_view to_string(field_kind kind) noexcept;
std::optional<field_kind> parse_field_kind(std::string_view text) noexcept;

struct profile_field {
    std::string name;
    field_kind kind = field_kind::string;
    bool required = false;
    std::vector<std::string> choices;      // of a choice
    std::optional<std::int64_t> min, max;  // of an integer; of a decimal in units of 10^-decimals
    std::optional<std::size_t> max_length; // characters of a string or text; unset: the kind's own bound
    int decimals = 0;                      // of a decimal

    std::size_t length_bound() const noexcept;
    friend bool operator==(const profile_field&, const profile_field&) = default;
};

// Who declared something: the one that said it last.
enum class declared_by { built_in, file, api };

std::string_view to_string(declared_by source) noexcept;

struct user_type {
    std::string name;
    std::string flag; // the profile object's member that is true for accounts of this type; empty: built in
    std::vector<profile_field> fields;
    declared_by source = declared_by::api;
    bool self_registration = true; // false: only administrators give it to an account

    // "student_profile": the name in lower case.
    std::string profile_member() const;
    bool built_in() const noexcept { return source == declared_by::built_in; }
};

struct shared_field {
    profile_field field;
    declared_by source = declared_by::api;
};

// Everything that is declared, as of one revision.
struct declarations {
    std::int64_t revision = 0;
    std::vector<user_type> types;     // CUSTOMER and CUSTOMER_USER first, then by name
    std::vector<shared_field> shared; // in the order of the profile object

    // nullptr: no such type. The name counts with its case.
    const user_type* find(std::string_view name) const;
    user_type* find(std::string_view name);
};

using domain::customer_type;
using domain::customer_user_type;

// The two types that every deployment has.
declarations built_in_declarations();
// "is_student".
std::string default_flag(std::string_view type_name);

// Bounds of what may be declared; what is over them is refused.
inline constexpr std::size_t most_user_types = 50; // the deployment's own; each adds two members to a profile
inline constexpr std::size_t most_profile_fields = 50; // of one type, and of the shared ones
inline constexpr std::size_t most_choices = 100;       // of one field
inline constexpr std::size_t most_choice_length = 100; // characters
inline constexpr std::size_t most_field_name = 63;     // bytes
inline constexpr std::size_t most_flag_name = 80;      // bytes
inline constexpr int most_decimals = 6;
// Units of a decimal, and integers: what a JSON number carries through a double unharmed.
inline constexpr std::int64_t most_number = 999'999'999'999'999;
inline constexpr std::size_t most_string_length = 255; // characters, and what a string has by itself
inline constexpr std::size_t most_text_length = 4'000; // characters, and what a text has by itself

} // namespace voltlane::api
