#pragma once

#include "simulator/commands/reply.hpp"

#include <span>

namespace voltlane::simulator {

// Carries out a command on its charge point; the payload passed the table of ocpp/v16. Follow-ups are queued
// by it and go out behind the answer.
using command_handler = reply (*)(charge_point& cp, const boost::json::object& payload, timestamp now);

struct command_row {
    std::string_view name;
    command_handler handle;
};

// Every command that a 1.6 charge point may get, by name ascending.
std::span<const command_row> command_table() noexcept;
command_handler find_handler(std::string_view name) noexcept; // nullptr: none

} // namespace voltlane::simulator
