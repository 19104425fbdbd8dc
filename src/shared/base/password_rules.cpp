#include "shared/base/password_rules.hpp"

#include "shared/base/common_passwords.hpp"
#include "shared/base/text.hpp"
#include "shared/base/unicode.hpp"

#include <algorithm>
#include <unordered_map>

namespace voltlane {
namespace {

// As Django's UserAttributeSimilarityValidator, so that the same passwords pass: 70 % of the characters of
// both together, wherever they stand.
constexpr std::size_t similar_percent = 70;

bool alike(const std::u32string& password, const std::u32string& name) {
    if (name.empty()) return false;
    std::unordered_map<char32_t, std::size_t> left;
    for (const char32_t c : name)
        ++left[c];
    std::size_t common = 0;
    for (const char32_t c : password) {
        const auto found = left.find(c);
        if (found == left.end() || found->second == 0) continue;
        --found->second;
        ++common;
    }
    return 2 * common * 100 >= similar_percent * (password.size() + name.size());
}

// The whole of it or one of its words: an e-mail's local part, a hyphenated name's half.
bool alike_in_part(const std::u32string& password, std::string_view name) {
    const auto whole = lower(code_points(name));
    if (alike(password, whole)) return true;
    std::u32string word;
    for (const char32_t c : whole) {
        if (is_letter_or_digit(c) || c == U'_') {
            word += c;
            continue;
        }
        if (alike(password, word)) return true;
        word.clear();
    }
    return alike(password, word);
}

std::string_view name_it_is_like(const std::u32string& password, const password_owner& owner) {
    if (alike_in_part(password, owner.username)) return "username";
    if (alike_in_part(password, owner.first_name)) return "first name";
    if (alike_in_part(password, owner.last_name)) return "last name";
    const auto mailbox = owner.email.substr(0, owner.email.find('@')); // whole, dots and all
    if (alike_in_part(password, owner.email) || alike(password, lower(code_points(mailbox))))
        return "email address";
    return {};
}

bool is_common(std::string_view password) {
    const auto listed = common_passwords();
    return std::binary_search(listed.begin(), listed.end(), ascii_lower(trim(password)));
}

} // namespace

std::vector<std::string> password_faults(std::string_view password, const password_owner& owner) {
    const auto characters = lower(code_points(password));
    // Nothing else is worth the work.
    if (characters.size() > most_password_characters)
        return {"This password is too long. It may have at most 128 characters."};
    std::vector<std::string> faults;
    if (const auto name = name_it_is_like(characters, owner); !name.empty())
        faults.push_back("The password is too similar to the " + std::string(name) + ".");
    if (characters.size() < least_password_characters)
        faults.emplace_back("This password is too short. It must contain at least 8 characters.");
    if (is_common(password)) faults.emplace_back("This password is too common.");
    if (!password.empty() &&
        std::all_of(password.begin(), password.end(), [](char c) { return c >= '0' && c <= '9'; }))
        faults.emplace_back("This password is entirely numeric.");
    return faults;
}

} // namespace voltlane
