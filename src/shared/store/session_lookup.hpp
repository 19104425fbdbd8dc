#pragma once

#include "shared/store/session_lists.hpp"

#include <chrono>
#include <string>
#include <vector>

// What a filter's names mean. Internal to the session files of this folder.
namespace voltlane::store {

// Looked up before the list is read, so that the planner knows what it is asked for.
struct looked_up {
    std::vector<std::int64_t> charge_points; // of a whole tenant at most one
    std::optional<std::int64_t> account;     // of the shown user
    // What the text is found in.
    std::vector<std::int64_t> text_points, text_accounts;
    std::string text_tags;        // the literal of an array; empty: in none
    bool text_everywhere = false; // in every tag, or in every charge point: it excludes no session

    std::optional<std::int64_t> first_id, last_id; // around the sessions of the period, of a whole tenant
};

// One statement, none where the filter names nothing.
looked_up look_up(pg::transaction& t, const domain::caller& who, const session_filter& filter);

bool sees_whole_tenant(const domain::caller& who) noexcept;
std::chrono::year_month month_of(timestamp t);
timestamp start_of(std::chrono::year_month month);
// The condition on `session_months m` for the rows that count all that the caller sees.
std::string months_of(const domain::caller& who, std::vector<pg::parameter>& parameters);
// A month as session_months has it.
std::string month_parameter(std::vector<pg::parameter>& parameters, std::chrono::year_month month);

} // namespace voltlane::store
