#pragma once

#include "api/parts.hpp"
#include "api/routes/approvals.hpp"
#include "api/routes/charge_points.hpp"
#include "api/routes/command_log.hpp"
#include "api/routes/commands.hpp"
#include "api/routes/decisions.hpp"
#include "api/routes/email_verification.hpp"
#include "api/routes/event_stream.hpp"
#include "api/routes/figures.hpp"
#include "api/routes/grants.hpp"
#include "api/routes/held_prices.hpp"
#include "api/routes/id_tag_import.hpp"
#include "api/routes/id_tags.hpp"
#include "api/routes/invitations.hpp"
#include "api/routes/login.hpp"
#include "api/routes/login_sessions.hpp"
#include "api/routes/members.hpp"
#include "api/routes/password_reset.hpp"
#include "api/routes/profile.hpp"
#include "api/routes/registration.hpp"
#include "api/routes/schema.hpp"
#include "api/routes/session_export.hpp"
#include "api/routes/sessions.hpp"
#include "api/routes/signup.hpp"
#include "api/routes/static_files.hpp"
#include "api/routes/token_pairs.hpp"
#include "api/routes/user_types.hpp"
#include "api/routes/users.hpp"

#include <memory>

namespace voltlane::api {

// Every area's handlers, and the table they stand in. A new area is a member here and two lines in all.cpp.
struct all_routes {
    signup_routes signup;
    registration_routes registration;
    email_verification_routes email_verification;
    approval_routes approvals;
    password_reset_routes password_reset;
    login_routes login;
    token_pair_routes token_pairs;
    login_session_routes login_sessions;
    profile_routes profile;
    user_type_routes user_types;
    charge_point_routes charge_points;
    grant_routes grants;
    held_price_routes held_prices;
    session_routes sessions;
    session_export_routes session_export;
    figure_routes figures;
    decision_routes decisions;
    command_routes commands;
    command_log_routes command_log;
    id_tag_routes id_tags;
    id_tag_import_routes id_tag_import;
    user_routes users;
    member_routes members;
    invitation_routes invitations;
    event_stream_routes events;
    schema_routes schema{};
    static_file_routes static_files{};
    router table{};

    void fill();
};

std::unique_ptr<all_routes> make_routes(const parts& p);

} // namespace voltlane::api
