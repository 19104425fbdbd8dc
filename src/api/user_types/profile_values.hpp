#pragma once

#include "api/form.hpp"
#include "api/json_input.hpp"
#include "api/user_types/declarations.hpp"

#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace voltlane::api {

// One value of a declared field, as JSON in the form it is stored and shown in: text, dates and choices are
// strings, a decimal a string with all its decimals, an integer a number. "null": unset.
struct field_value {
    std::string json = "null";
    std::string message; // not empty: the value is wrong, in words for the client

    bool ok() const noexcept { return message.empty(); }
};

// `number_text`: what a number was sent as; empty: taken from the value. Null and blank text unset a field.
field_value read_field(const profile_field& field, const boost::json::value& value,
                       std::string_view number_text = {});

enum class profile_rule {
    registration, // required fields must be there
    change,       // only what was sent counts; a required field may not be unset
};

// What a request says about the fields that `type` declares and about the shared ones: a JSON object by field
// name, for accounts.type_profile. What is unset is a null member of it where the rule is `change`
// (store::profile_change takes that field away) and left out at registration.
//
// A field is looked for in the request's top level, then in the object under `<type>_profile`, then in that
// under `profile`; the first place that has it counts. Members that nobody declared are ignored, as are the
// profile objects of other types. What is wrong goes to `f` under the field's own name, wherever it stood.
// Shared fields may be set by every account; they are required (where they are) of the deployment's own types
// only, so that a CUSTOMER registers everywhere alike. A `type` that is not declared has shared fields only.
std::string validate_profile(const declarations& d, std::string_view type, const json_input& body, form& f,
                             profile_rule rule);

// Appends to a profile object's text: every type's flag and profile, and the shared fields. `type`: the
// account's, empty for none; `type_profile`: accounts.type_profile. A stored value that its field no longer
// allows is shown as null; it comes back where the declaration does.
void append_declared(std::string& out, const declarations& d, std::string_view type,
                     std::string_view type_profile);

} // namespace voltlane::api
