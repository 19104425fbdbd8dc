#pragma once

#include <string>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace voltlane {

// Expected failures, as values. Every outer code (OCPP CALLERROR, HTTP status, retry or dead letter) is
// derived from these in one table per process. 0 is success, as error_code requires.
enum class errc {
    invalid_input = 1, // the caller's data is wrong; repeating it unchanged fails again
    not_found,         // nothing there, or not the caller's to see
    conflict,          // a unique name is taken, or the state does not allow it
    forbidden,         // known caller, not allowed
    unauthenticated,   // no or bad credentials
    too_large,         // over a documented bound
    overloaded,        // a queue is full; try again later
    timed_out,         // the deadline passed
    stopped,           // this process is stopping
    unavailable,       // database or broker away; try again later
    fenced,            // somebody newer owns this (a partition, an epoch, a transactional id)
    corrupt,           // stored data cannot be read: an older or newer schema, or damage
};

const boost::system::error_category& voltlane_category() noexcept;

inline boost::system::error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), voltlane_category()};
}

template <class T>
using result = boost::system::result<T>;
using error_code = boost::system::error_code;

} // namespace voltlane

template <>
struct boost::system::is_error_code_enum<voltlane::errc> : std::true_type {};
