#pragma once

#include "shared/base/time.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <string>
#include <string_view>

#include <boost/json/parse.hpp>

namespace voltlane::ocpp::v16::testing_support {

inline boost::json::object object(std::string_view text) {
    return boost::json::parse(text).as_object();
}

inline timestamp at(std::string_view text) {
    return parse_rfc3339(text).value();
}

// Names in order of the enumeration, separated by blanks.
inline std::string names(const quirk_set& quirks) {
    std::string text;
    quirks.for_each([&](quirk q) {
        if (!text.empty()) text += ' ';
        text += to_string(q);
    });
    return text;
}

} // namespace voltlane::ocpp::v16::testing_support
