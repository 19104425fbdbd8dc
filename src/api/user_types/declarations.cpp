#include "api/user_types/declarations.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace voltlane::api {
namespace {

constexpr std::array<std::pair<field_kind, std::string_view>, 7> kinds{{
    {field_kind::string, "string"},
    {field_kind::text, "text"},
    {field_kind::integer, "integer"},
    {field_kind::decimal, "decimal"},
    {field_kind::date, "date"},
    {field_kind::boolean, "boolean"},
    {field_kind::choice, "choice"},
}};

} // namespace

std::string_view to_string(field_kind kind) noexcept {
    return std::find_if(kinds.begin(), kinds.end(), [kind](const auto& k) { return k.first == kind; })
        ->second;
}

std::optional<field_kind> parse_field_kind(std::string_view text) noexcept {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [text](const auto& k) { return k.second == text; });
    return found == kinds.end() ? std::nullopt : std::optional(found->first);
}

std::size_t profile_field::length_bound() const noexcept {
    return max_length.value_or(kind == field_kind::text ? most_text_length : most_string_length);
}

std::string_view to_string(declared_by source) noexcept {
    switch (source) {
    case declared_by::built_in: return "built_in";
    case declared_by::file: return "file";
    case declared_by::api: return "api";
    }
    return {};
}

std::string user_type::profile_member() const {
    return ascii_lower(name) + "_profile";
}

const user_type* declarations::find(std::string_view name) const {
    const auto found =
        std::find_if(types.begin(), types.end(), [name](const user_type& t) { return t.name == name; });
    return found == types.end() ? nullptr : &*found;
}

user_type* declarations::find(std::string_view name) {
    return const_cast<user_type*>(std::as_const(*this).find(name));
}

declarations built_in_declarations() {
    declarations d;
    for (const auto name : {customer_type, customer_user_type})
        d.types.push_back({std::string(name), {}, {}, declared_by::built_in});
    return d;
}

std::string default_flag(std::string_view type_name) {
    return "is_" + ascii_lower(type_name);
}

} // namespace voltlane::api
