#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane {

// Hashing longer ones only costs time, and no one types them.
inline constexpr std::size_t most_password_characters = 128;
inline constexpr std::size_t least_password_characters = 8;

// Whose password it is to be; empty where unknown.
struct password_owner {
    std::string_view username, first_name, last_name, email;
};

// What is wrong with a new password, in the words of Django's validators; empty: nothing. Every place that
// takes one asks here. The rules: 8 to 128 characters; not like one of the owner's names or a word of theirs
// (at least 70 % of both made of the same characters); none of the 10,000 most common ones, without regard to
// case; not digits alone.
std::vector<std::string> password_faults(std::string_view password, const password_owner& owner);

} // namespace voltlane
