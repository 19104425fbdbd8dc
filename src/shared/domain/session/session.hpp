#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/session/meter_track.hpp"
#include "shared/domain/tariff.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::domain {

// How a session ended. A real stop overrides `superseded` and `abandoned`, never `closed` (a person decided).
enum class end_kind : std::int16_t {
    open = 0,
    stopped = 1,    // the charger said so
    superseded = 2, // another start on its connector; ended at the last meter value
    abandoned = 3,  // the charge point was deleted; ended at the last meter value
    closed = 4,     // an operator closed it; ended at the last meter value
};
std::string_view to_string(end_kind k);
std::optional<end_kind> parse_end_kind(std::string_view text);

// Why a person must look before a session is billed. Stored as text and shown as `review` in REST.
enum class review_reason : std::int16_t {
    none = 0,
    orphan,               // a stop whose start was never seen
    meter_start,          // meterStart missing, unreadable or negative
    meter_stop,           // meterStop missing, unreadable, negative (-1), or below the register's last sample
    stop_before_start,    // by the times that would be billed
    negative_energy,      // meterStop < meterStart (also the placeholder 0)
    meter_reset,          // the register went backwards during the session
    odometer,             // meterStart a placeholder, the register a lifetime one
    implausible_power,    // more energy than 1 MW gives in that time
    implausible_duration, // longer than 30 days
    connector,            // started on connector 0 or below, which is the whole station
    refused_tag,          // energy flowed although the tag was refused
};
std::string_view to_string(review_reason r); // "" for none
std::optional<review_reason> parse_review_reason(std::string_view text);

// Facts beside the bill, as a bit set (column `flags`).
enum session_flag : std::int32_t {
    start_trusted = 1,       // the tuple is one session for ever
    start_time_replaced = 2, // the charger's time was implausible, the receipt's stands
    stop_time_replaced = 4,  // the same for the end
    duration_clamped = 8,    // the end lay before the start
    stop_without_key = 16,   // paired by tag and meter, not by transaction id
    operator_decided = 32,   // later events no longer change the bill
    start_joined_late = 64,  // the stop came first
};

// One charging session: everything a worker needs to continue it after a restart. Each member is a column,
// but for `work`. Texts are cleaned (no NUL, bounded).
struct session {
    session_id id;               // 0: not yet inserted; PostgreSQL gives it
    std::string identity_hash;   // 32 hex digits; empty: an orphan, its start was never seen
    std::int32_t occurrence = 1; // unique with charge point and identity_hash
    std::string protocol;
    std::int64_t connector = 0;  // 0 where unknown (orphans)
    std::string transaction_key; // as the charger was given it; empty: unknown

    std::string id_tag;        // as sent
    std::string id_tag_folded; // as looked up
    std::string tag_status;    // what the start was answered; empty for orphans
    std::optional<account_id> tag_account;
    std::optional<account_id> started_by; // the account whose command started it
    std::string user_type;                // of the billed account
    std::string vouched_by;               // command id

    std::chrono::sys_seconds started_at{}; // what is billed and shown
    std::string started_at_text;           // as the charger said
    timestamp start_received_at{};         // the price's time
    epoch start_epoch;                     // of the latest start event
    std::optional<std::chrono::sys_seconds> ended_at;
    std::string ended_at_text;
    std::optional<timestamp> end_received_at;
    epoch end_epoch; // of the event that ended it; not known() for decisions
    std::optional<std::chrono::sys_seconds>
        end_limit; // superseded, abandoned: meter values up to here still count

    end_kind end = end_kind::open;
    std::string stop_reason;    // the charger's, or superseded, abandoned, closed
    std::string stop_signature; // time, meter, tag, reason of the real stop as sent; empty: no real stop yet
    std::string previous_stop;  // occurrence - 1's stop_signature: equal means this one is a repeat

    std::optional<milliwatt_hours> meter_start;
    std::string meter_start_text;
    std::optional<milliwatt_hours> meter_stop;
    std::string meter_stop_text;
    meter_track meter;

    watt_hours energy_wh = 0;   // shown; billed when ended and not under review
    tariff prices;              // frozen when the start was accepted
    std::optional<money> total; // ended, priced, not under review
    review_reason review = review_reason::none;
    std::int32_t flags = 0;
    timestamp updated_at{}; // receipt of the event that changed it last

    // What a session adds to the rollups: ended and not under review.
    struct contribution {
        std::chrono::sys_days day{};
        std::optional<account_id> account;
        watt_hours energy_wh = 0;
        money total{};

        bool operator==(const contribution&) const = default;
    };

    // What lists and their counts know it by, whatever its state.
    struct presence {
        std::chrono::year_month month{}; // of its start, UTC
        std::optional<account_id> owner;
        std::optional<account_id> tag_account;
        std::string id_tag_folded;

        bool operator==(const presence&) const = default;
    };

    // Of this process only, never stored.
    struct work_state {
        bool inserted = false;              // new in this batch
        bool dirty = false;                 // to be written
        bool shown = false;                 // something that people see changed
        bool ended = false;                 // this batch ended it
        bool reviewed = false;              // this batch decided it
        session* merged_into = nullptr;     // this row is to be removed
        std::optional<contribution> booked; // what the rollups hold of it
        std::optional<presence> counted;    // what the counts hold of it
    } work;

    bool open() const noexcept { return end == end_kind::open; }
    bool orphan() const noexcept { return identity_hash.empty(); }
    bool has_flag(session_flag f) const noexcept { return (flags & f) != 0; }
    void set_flag(session_flag f) noexcept { flags |= f; }
    void clear_flag(session_flag f) noexcept { flags &= ~f; }
    bool really_stopped() const noexcept { return !stop_signature.empty(); }
    bool tag_accepted() const noexcept { return tag_status == "Accepted"; }
    // Who is billed and who sees it: the account that commanded the start, else the tag's.
    std::optional<account_id> owner() const noexcept { return started_by ? started_by : tag_account; }
    // The session that stands for this one: itself unless merged.
    const session& target() const noexcept { return work.merged_into ? work.merged_into->target() : *this; }
};

// What the rollups must hold of it; nullopt: nothing.
std::optional<session::contribution> contribution_of(const session& s);
// What the counts must hold of it; nullopt: nothing, it was merged into another.
std::optional<session::presence> presence_of(const session& s);

} // namespace voltlane::domain
