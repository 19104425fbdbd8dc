#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/auth/revocations.hpp"
#include "api/auth/tokens.hpp"
#include "api/config.hpp"
#include "api/limits/rate_limits.hpp"
#include "api/live/command_desk.hpp"
#include "api/live/decision_desk.hpp"
#include "api/live/event_hub.hpp"
#include "api/live/presence_view.hpp"
#include "api/metrics.hpp"
#include "api/user_types/catalog.hpp"
#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// What handlers are made from. The process owns all of it and outlives every route.
struct parts {
    const config& settings;
    const clock& now;
    metrics& counted;
    pg::pool& database;
    pg::pool& searches; // for what may take seconds
    passwords& hashes;
    login_guard& guard;
    const tokens& signer;
    authenticator& callers;
    revocations& revoked;
    activity& used;
    presence_view& presence;
    event_hub& hub;
    command_desk& commands;
    decision_desk& decisions;
    user_type_catalog& types;
    rate_limits& rates;
};

} // namespace voltlane::api
