#pragma once

#include "api/live/decision_desk.hpp"
#include "api/routes/charge_points.hpp"
#include "api/routes/command_log.hpp"
#include "api/routes/commands.hpp"
#include "api/routes/decisions.hpp"
#include "api/routes/event_stream.hpp"
#include "api/routes/figures.hpp"
#include "api/routes/id_tags.hpp"
#include "api/routes/login.hpp"
#include "api/routes/profile.hpp"
#include "api/routes/sessions.hpp"
#include "api/routes/signup.hpp"
#include "api/routes/user_prices.hpp"

namespace voltlane::api {

// Every area's handlers, and the table they stand in. A new area is one member here.
struct all_routes {
    signup_routes signup;
    login_routes login;
    profile_routes profile;
    charge_point_routes charge_points;
    user_price_routes user_prices;
    session_routes sessions;
    figure_routes figures;
    decision_routes decisions;
    command_routes commands;
    command_log_routes command_log;
    id_tag_routes id_tags;
    event_stream_routes events;
    router table{};

    void fill() {
        signup.add_to(table);
        login.add_to(table);
        profile.add_to(table);
        charge_points.add_to(table);
        user_prices.add_to(table);
        sessions.add_to(table);
        figures.add_to(table);
        decisions.add_to(table);
        commands.add_to(table);
        command_log.add_to(table);
        id_tags.add_to(table);
        events.add_to(table);
    }
};

} // namespace voltlane::api
