#pragma once

#include "shared/base/json.hpp"
#include "shared/base/time.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

// Reading members of a checked payload.
namespace voltlane::simulator::commands {

inline std::optional<std::int64_t> integer(const boost::json::object& o, std::string_view name) {
    const auto* v = jsonio::find(o, name);
    return v == nullptr ? std::nullopt : ocpp::v16::as_integer(*v);
}
inline std::string_view text(const boost::json::object& o, std::string_view name) {
    return jsonio::find_string(o, name).value_or("");
}
inline std::optional<timestamp> time(const boost::json::object& o, std::string_view name) {
    return parse_rfc3339(text(o, name));
}

} // namespace voltlane::simulator::commands
