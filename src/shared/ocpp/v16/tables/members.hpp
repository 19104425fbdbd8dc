#pragma once

#include "shared/ocpp/v16/schema.hpp"

#include <span>
#include <string_view>

// How rows of the tables are spelled: `text("idTag", 20).need()`.
namespace voltlane::ocpp::v16::tables {

constexpr member text(std::string_view name, std::uint16_t max_length = 0) {
    return {.name = name, .type = value_type::text, .max_length = max_length};
}
constexpr member integer(std::string_view name) {
    return {.name = name, .type = value_type::integer};
}
constexpr member decimal(std::string_view name) {
    return {.name = name, .type = value_type::decimal};
}
constexpr member boolean(std::string_view name) {
    return {.name = name, .type = value_type::boolean};
}
constexpr member date_time(std::string_view name) {
    return {.name = name, .type = value_type::date_time};
}
constexpr member uri(std::string_view name, std::uint16_t max_length = 0) {
    return {.name = name, .type = value_type::uri, .max_length = max_length};
}
constexpr member choice(std::string_view name, std::span<const std::string_view> choices) {
    return {.name = name, .type = value_type::choice, .choices = choices};
}
constexpr member object(std::string_view name, const schema& nested) {
    return {.name = name, .type = value_type::object, .nested = &nested};
}
constexpr member list(std::string_view name, const schema& nested) {
    return {.name = name, .type = value_type::object_list, .nested = &nested};
}
constexpr member texts(std::string_view name, std::uint16_t max_length) {
    return {.name = name, .type = value_type::text_list, .max_length = max_length};
}
constexpr member anything(std::string_view name) {
    return {.name = name, .type = value_type::anything};
}

} // namespace voltlane::ocpp::v16::tables
