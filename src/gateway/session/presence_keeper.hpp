#pragma once

#include "gateway/views/presence_note.hpp"

#include <string>

namespace voltlane::gateway {

// What one connection knows of its standing in csms.presence: which epoch it has, whether a newer connection
// took over, whether the log's last word about the charger must be corrected. No I/O.
//
//   opened is published ─▶ its offset is known (report, or the record read back) ─▶ epoch
//                                                                                   │ a record read later
//                                                                                   speaks of
//                                              a higher epoch: superseded ◀─────────┤
//                                              a lower one: write `held {epoch}` ◀──┘
class presence_keeper {
public:
    enum class verdict { nothing, known, superseded, hold };

    // `instance` outlives it.
    presence_keeper(const std::string& instance, std::int32_t generation)
        : instance_(instance)
        , generation_(generation) {}

    // When `opened` is published (again): what its record says, to know it when it is read.
    void on_publish(timestamp at) noexcept { opened_at_ = at; }
    // The report of `opened`. known: epoch() is set from now on; superseded or hold: it is, and a record that
    // was read before says more.
    verdict on_report(std::int64_t offset);
    // A record about this charger was read.
    verdict on_note(const presence_note& note);

    const epoch& connection() const noexcept { return epoch_; } // of events: the first record's
    const epoch& latest() const noexcept {
        return latest_;
    } // of presence: our last record's, normally the same
    bool is_ours(const epoch& e) const noexcept { return e.known() && (e == epoch_ || e == latest_); }

private:
    verdict set(const epoch& e);

    const std::string& instance_;
    std::int32_t generation_;
    timestamp opened_at_{};
    epoch epoch_;
    epoch latest_;
    // Read before our own epoch was known.
    epoch newest_seen_;
    epoch last_place_;
    epoch last_speaks_of_;
};

} // namespace voltlane::gateway
