#pragma once

#include "shared/base/errors.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::api {

// A request's JSON object. Numbers of its top level keep the text they were sent with, so that money is read
// as decimal text and never through a binary double.
class json_input {
public:
    // What was wrong, for people; `not_an_object` tells the two kinds apart.
    struct fault {
        std::string message;
        bool not_an_object = false;
    };

    // An empty or blank body is an empty object. At most 32 levels deep; UTF-8 checked.
    static std::optional<json_input> parse(std::string_view body, fault& wrong);

    const boost::json::object& object() const noexcept { return object_; }
    // nullptr where the member is absent; null is a value.
    const boost::json::value* find(std::string_view name) const;
    // As sent ("12.50", "1e3"); empty where the member is no number.
    std::string_view number_text(std::string_view name) const;

private:
    boost::json::object object_;
    std::map<std::string, std::string, std::less<>> numbers_;
};

} // namespace voltlane::api
