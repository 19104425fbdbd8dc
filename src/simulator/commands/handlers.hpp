#pragma once

#include "simulator/commands/reply.hpp"

// One function a command, by feature profile; each in the file that is named above it. See command_handler in
// table.hpp for what they are given and promise.
namespace voltlane::simulator::commands {

using handler = reply(charge_point& cp, const boost::json::object& payload, timestamp now);

// configuration.cpp
handler change_configuration;
handler get_configuration;
// remote_control.cpp
handler change_availability;
handler clear_cache;
handler data_transfer;
handler remote_start;
handler remote_stop;
handler reset;
handler unlock_connector;
// reservation.cpp
handler cancel_reservation;
handler reserve_now;
// local_list.cpp
handler get_local_list_version;
handler send_local_list;
// smart_charging.cpp
handler clear_charging_profile;
handler get_composite_schedule;
handler set_charging_profile;
// uploads.cpp
handler get_diagnostics;
handler get_log;
handler signed_update_firmware;
handler update_firmware;
// triggers.cpp
handler extended_trigger_message;
handler trigger_message;
// security.cpp
handler certificate_signed;
handler delete_certificate;
handler get_installed_certificate_ids;
handler install_certificate;

} // namespace voltlane::simulator::commands
