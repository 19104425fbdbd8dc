#pragma once

#include "api/errors.hpp"
#include "shared/http/message.hpp"
#include "shared/store/session_lists.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

// What the query of a list or an export of sessions asks for. Empty values ask for nothing.
//
//   cp             a charge point's id, in any spelling
//   user           the shown user, without case
//   from, to       of `Started`: dates (UTC; both days belong to it) or RFC 3339 instants, both inclusive
//   status         open, ended, stopped, superseded, abandoned, closed, review
//   review, open   true or false, as before there was `status`
//   q              text in the charge point's id, the shown user or the tag, without case
//   ordering       id, Started, Ended, kWh, total, descending with a minus; the first that is known of a list
struct session_query {
    store::session_filter filter;
    store::session_order order = store::session_order::id;
    bool descending = true;
    bool ordered = false;  // `ordering` named one
    field_messages errors; // of from, to and status
};
session_query read_session_query(const http::request& r);

// A row's place in its list as a cursor, and back into the query: the order is the cursor's own where the
// request names none. nullopt: not a cursor of this list, or of another order than the request names.
std::string session_cursor(const store::session_row& last, const session_query& q);
std::optional<store::session_place> read_session_cursor(std::string_view cursor, session_query& q);

} // namespace voltlane::api
