#pragma once

#include "shared/pg/transaction.hpp"
#include "shared/store/session_views.hpp"

// The columns that session_row is read from, for statements over `sessions s` with these joins. Internal to
// the session files of this folder.
#define SESSION_ROW_COLUMNS                                                                                  \
    "s.id, s.tenant_id, c.canonical_id, c.identity, coalesce(a.username, s.id_tag), b.username, "            \
    "s.owner_id, s.state, s.energy_wh, s.started_at, s.ended_at, "                                           \
    "s.price_per_kwh, "                                                                                      \
    "s.price_per_hour, s.total, s.review, s.id_tag, s.transaction_key, s.stop_reason, s.connector_id, "      \
    "s.meter_start_mwh, s.meter_stop_mwh "
#define SESSION_ROW_JOINS                                                                                    \
    "join charge_points c on c.id = s.charge_point_id left join accounts a on a.id = s.account_id "          \
    "left join accounts b on b.id = s.started_by "

namespace voltlane::store {

// `first`: where SESSION_ROW_COLUMNS begin.
session_row read_session_row(const pg::row& r, int first);

} // namespace voltlane::store
