#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

// ocpp.commands and ocpp.replies: a command's way from an API pod to a charger and back.
namespace voltlane::events {

inline constexpr int command_version = 1;

// What a command vouches for (RemoteStartTransaction).
struct command_vouch {
    std::string id_tag_folded;
    account_id account;
    std::string user_type;
    timestamp until{};
};

// Key `<tenant>/<charge point>`, on the explicit partition of the gateway that holds the charger.
struct command {
    command_id id;
    charger_key key;
    std::string gateway; // addressed to this instance; another one that shares the partition drops it
    epoch connection;    // unknown at the gateway: undeliverable
    std::string action;  // OCPP name
    std::string payload; // JSON text in camelCase; secret members "*****" where `sealed` is set
    std::string sealed;  // base64url secretbox of the true payload; empty: none
    account_id by;
    timestamp created_at{};
    timestamp deadline{};
    int attempt = 1; // 2: the accepting pod re-routed it once
    std::optional<command_vouch> vouch;
};

enum class command_state { queued, sent, answered, error, timeout, expired, undeliverable, refused };
std::string_view to_string(command_state s);
std::optional<command_state> parse_command_state(std::string_view text);

// Key `<tenant>/<charge point>`. Carries the original command (payload as published: masked).
struct reply {
    events::command command;
    command_state state = command_state::sent;
    std::string gateway;
    timestamp at{};
    std::string response; // answered: the CALLRESULT's payload, JSON text
    // error: the CALLERROR's parts
    std::string error_code;
    std::string error_description;
    std::string error_details; // JSON text
};

std::string encode(const command& c);
std::string encode(const reply& r);
result<command> parse_command(std::string_view value); // errc::corrupt
result<reply> parse_reply(std::string_view value);     // errc::corrupt

} // namespace voltlane::events
