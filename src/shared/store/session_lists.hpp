#pragma once

#include "shared/store/session_views.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Lists of sessions: filtered, in several orders, by offset or from a place on. What the caller may see
// stands in every statement, as in session_views.
namespace voltlane::store {

// What `status` may ask for: the state of a session, or what several have in common.
enum class session_status { open, ended, stopped, superseded, abandoned, closed, review };
std::string_view to_string(session_status s) noexcept;
std::optional<session_status> parse_session_status(std::string_view text) noexcept;

// All that is set must hold.
struct session_filter {
    std::optional<std::string> charge_point; // canonical id
    // The user as shown: the user name of the tag's account, without case, or a tag without account, folded.
    // Both are valid UTF-8, as is `text`.
    struct shown_user {
        std::string name, tag_folded;
    };
    std::optional<shown_user> user;
    std::optional<timestamp> from, until; // of the start; `until` is exclusive
    std::vector<session_status> statuses; // all of them
    // In the charge point's id, the shown user or the tag, without case. Not empty.
    std::optional<std::string> text;
    bool nothing = false; // no session can match
};

// By what, ties by id in the same direction. An open session has no end yet (it stands behind every one that
// has), and its energy and total still move: by those it stands below every ended session, as do ended ones
// without a total.
enum class session_order { id, started, ended, energy, total };

// A row's place in an order: the order's key as a number, and the id.
struct session_place {
    std::int64_t key = 0;
    session_id id;
};
session_place place_of(const session_row& s, session_order order);

struct session_request {
    session_order order = session_order::id;
    bool descending = true;
    std::int64_t limit = 30;
    std::int64_t offset = 0;            // costs one index entry a row
    std::optional<session_place> after; // only rows behind this place; costs nothing
    bool counted = false;
};

struct session_page {
    std::int64_t count = 0; // of all that match, `after` apart; only where asked for
    std::vector<session_row> rows;
    bool more = false; // there is at least one row behind them
};

// Two statements at most: what the filter names is looked up first.
session_page list_sessions(pg::transaction& t, const domain::caller& who, const session_filter& filter,
                           const session_request& request);

} // namespace voltlane::store
