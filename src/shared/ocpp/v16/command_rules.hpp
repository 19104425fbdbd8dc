#pragma once

#include "shared/ocpp/v16/commands.hpp"

#include <boost/json/object.hpp>

// Rules between members of a command, for the table of commands. Each runs on a payload that passed its table
// and appends what it finds.
namespace voltlane::ocpp::v16::rules {

// AuthorizationKey: 16 to 20 characters, or 32 to 40 hex digits (whitepaper A00.FR.205); SecurityProfile: 0
// to 3.
void change_configuration(const boost::json::object& payload, field_errors& errors);
bool sets_authorization_key(const boost::json::object& payload);

// The profile must be a TxProfile without transactionId (1.6 section 5.16.2).
void remote_start(const boost::json::object& payload, field_errors& errors);

// ChargePointMaxProfile only on connector 0; TxProfile only above 0 and with transactionId, others without
// (1.6 section 3.13.1).
void set_charging_profile(const boost::json::object& payload, field_errors& errors);

// Full: every entry with idTagInfo. No tag twice, without case (1.6 section 5.15).
void send_local_list(const boost::json::object& payload, field_errors& errors);

// startTime before stopTime; oldestTimestamp before latestTimestamp.
void get_diagnostics(const boost::json::object& payload, field_errors& errors);
void get_log(const boost::json::object& payload, field_errors& errors);

} // namespace voltlane::ocpp::v16::rules
