#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

// ocpp.inbound: what a charger said and was answered, and what operators decided, in order per charger.
//
// The charger's own payload travels inside verbatim; beside it stands a neutral input, so that workers know
// no protocol version. All text members are views: into the frame at the gateway, into the record's own
// memory at a reader.
namespace voltlane::events {

inline constexpr int inbound_version = 1;

// Register energy in thousandths of a Wh: exact for every decimal a charger sends in Wh or kWh.
using milliwatt_hours = std::int64_t;

// The standard's defaults of a sampled value (OCPP 1.6 part 2, 7.43). A record leaves out a member that is
// its default and readers fill it in: most samples are then a time and a value.
inline constexpr std::string_view default_measurand = "Energy.Active.Import.Register";
inline constexpr std::string_view default_unit = "Wh";
inline constexpr std::string_view default_context = "Sample.Periodic";
inline constexpr std::string_view default_location = "Outlet";

// One sampled value.
struct sample {
    std::optional<timestamp> at; // absent: unreadable; readers take received_at
    std::string_view measurand;  // as sent, the standard's default filled in
    std::string_view value;      // as sent, trimmed
    std::string_view unit;
    std::string_view phase; // empty: total over phases
    std::string_view context;
    std::string_view location;
    // Only for a Raw Energy.Active.Import.Register at the Outlet in Wh or kWh whose value is a decimal
    // number.
    std::optional<milliwatt_hours> register_mwh;
};

// Why the charger's tag was accepted or not, as decided when the call was answered. Log and price history
// together explain every bill.
struct tag_decision {
    std::string_view status;              // Accepted, Blocked, Expired, Invalid
    std::optional<account_id> account;    // the tag's account
    std::string_view user_type;           // of the billed account; empty: none
    std::string_view vouched_by;          // command id; empty: none
    std::optional<account_id> started_by; // the account that gave that command
};

struct started {
    std::int64_t connector = 0;
    std::string_view id_tag;          // as sent
    std::string_view id_tag_folded;   // as looked up: trimmed, lower case
    std::string_view transaction_key; // the id the charger was given, as text
    std::string_view identity_hash;   // 32 hex digits: 128-bit hash of the start's tuple
    std::optional<timestamp> at;      // the charger's clock, readable or not
    std::string_view at_text;         // the same, as sent
    std::optional<milliwatt_hours> meter_mwh;
    std::string_view meter_text; // as sent
    tag_decision tag;
};

struct sampled {
    std::int64_t connector = 0;
    std::string_view transaction_key; // empty: none given (also for 0 and -1)
    std::vector<sample> samples;
};

struct ended {
    std::string_view transaction_key; // empty: none given (also for 0 and -1)
    std::string_view id_tag;          // empty: none given
    std::string_view id_tag_folded;
    std::optional<timestamp> at;
    std::string_view at_text;
    std::optional<milliwatt_hours> meter_mwh;
    std::string_view meter_text;
    std::string_view reason; // the standard's default filled in ("Local")
    std::vector<sample> samples;
};

struct booted {
    std::string_view vendor, model, serial, firmware, iccid, imsi, meter_type, meter_serial;
};

struct status_changed {
    std::int64_t connector = 0;
    std::string_view status;     // as sent; unknown ones too
    std::string_view error_code; // as sent
    std::string_view info, vendor_id, vendor_error_code;
    std::optional<timestamp> at;
};

// Everything else worth keeping about a station: firmware, diagnostics, log and security notices,
// certificates to sign, data transfers.
struct noticed {
    std::string_view kind; // the action's name
    std::string_view status;
    std::string_view detail;
    std::optional<std::int64_t> request_id;
};

// Authorize: kept for the record.
struct authorized {
    std::string_view id_tag;
    tag_decision tag;
};

struct opened {
    std::string_view remote_address;
};
struct closed {
    std::string_view reason;
};
struct beaten {}; // Heartbeat: at most one a minute, not awaited

// An operator's decision about a session, made by the API. Its id is unique in the sessions' table of
// decisions.
struct decided {
    std::string_view decision_id; // UUID
    session_id session;
    std::string_view action; // close, accept, set_energy; abandon: the charge point was deleted, session 0
    std::optional<std::int64_t> energy_wh;
    account_id by;
};

using input = std::variant<std::monostate, started, sampled, ended, booted, status_changed, noticed,
                           authorized, opened, closed, beaten, decided>;

struct inbound {
    charger_key key;
    std::string_view identity; // the spelling the charger dialled with
    std::string_view gateway;  // or the API pod, for decisions
    epoch connection;          // not known() for decisions
    std::int64_t seq = 0;      // counts the connection's events from 1
    timestamp received_at{};
    std::string_view protocol;   // "ocpp1.6"
    std::string_view action;     // OCPP name; empty where none
    std::string_view message_id; // the charger's
    std::string_view payload;    // JSON text, verbatim; empty where none
    std::string_view answer;     // JSON text of the CALLRESULT's payload; empty where none
    std::uint32_t quirks = 0;    // repairs applied (ocpp/v16/quirks), as a bit set
    events::input input;
};

// `<epoch>/<seq>`, for an operator's decision its UUID: unique with the record's key; the header `event-id`.
std::string event_id(const inbound& e);

// Appends the record's JSON value: payload and answer as they are, as its last members (readers find them
// wherever they stand). An optional time that JSON cannot carry (a year beyond 0000-9999, from a clock with
// an offset) is left out: its text stands beside it. Allocates only where `out` must grow. Precondition: all
// text is valid UTF-8, payload and answer are one JSON value each or empty.
void append_inbound(std::string& out, const inbound& e);

// A record read back: the event's views stand in memory that this object owns.
class inbound_record {
public:
    // errc::corrupt: not JSON, not this schema; a schema version above ours: errc::corrupt too (the worker
    // stops).
    static result<inbound_record> parse(std::string_view value);

    inbound_record(inbound_record&&) noexcept;
    inbound_record& operator=(inbound_record&&) noexcept;
    ~inbound_record();

    const inbound& event() const noexcept { return event_; }

private:
    struct memory;
    inbound_record();
    std::unique_ptr<memory> memory_;
    inbound event_;
};

} // namespace voltlane::events
