#pragma once

#include "shared/ocpp/v16/schema.hpp"

#include <cstdint>
#include <string_view>

#include <boost/json/value.hpp>

namespace voltlane::ocpp::v16 {

// What is wrong with one value, read against one row of a table; shallow (see check and check_params for what
// is nested).
enum class value_fault : std::uint8_t {
    none,
    type,          // another JSON type, or a number with a fraction for an integer
    integer_range, // integral, but not in int64
    too_long,
    below_minimum,
    choice,
    time,            // text that is no ISO 8601 time with an offset
    uri,             // text that is no ftp, ftps, http or https URL
    fraction_digits, // more than one digit behind the point
    too_few_items,
};

// `v` is not null. With `look_at_time` false any text is a time.
value_fault fault_of(const member& m, const boost::json::value& v, bool look_at_time = true) noexcept;

// ftp, ftps, http or https with a host, no blanks or control characters.
bool is_transfer_url(std::string_view text) noexcept;

} // namespace voltlane::ocpp::v16
