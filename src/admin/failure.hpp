#pragma once

#include "shared/base/errors.hpp"

#include <stdexcept>
#include <string>

namespace voltlane::admin {

// What a script may tell apart.
enum class exit_code : int {
    done = 0,
    failed = 1,      // refused, or something went wrong; repeating it unchanged fails again
    usage = 2,       // the command line or the environment is wrong
    different = 3,   // `topics diff` or `counts check` found differences
    unreachable = 4, // Kafka or PostgreSQL is away; try again
};

// Ends a command: one sentence for a person. Thrown by commands, caught in app.cpp only.
class failure : public std::runtime_error {
public:
    explicit failure(const std::string& sentence, exit_code code = exit_code::failed)
        : std::runtime_error(sentence)
        , code_(code) {}
    exit_code code() const noexcept { return code_; }

private:
    exit_code code_;
};

// A failure of Kafka: `doing` names what was tried ("create ocpp.inbound"), `said` is the broker's word on
// it.
[[noreturn]] void kafka_failed(const std::string& doing, const error_code& ec, const std::string& said = {});

} // namespace voltlane::admin
