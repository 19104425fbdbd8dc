#pragma once

#include "gateway/session/call_adapter.hpp"
#include "shared/domain/tag_decision.hpp"
#include "shared/ocpp/v16/answers.hpp"
#include "shared/ocpp/v16/calls.hpp"
#include "shared/ocpp/v16/messages.hpp"
#include "shared/ocpp/v16/meter_values.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace voltlane::gateway::v16 {

// Seconds that a BootNotification's answer names; at least 1 each (field-notes 41).
struct boot_intervals {
    std::int32_t heartbeat = 300; // registration Accepted
    std::int32_t retry = 60;      // Pending or Rejected: when to boot again
};

// OCPP 1.6-J: what each of the 14 calls means (events::input) and what it is answered, from the directory's
// view.
//
// Holds the memory that the outcome's views stand in: one per shard, one call at a time.
class adapter final : public call_adapter {
public:
    explicit adapter(boot_intervals intervals) : intervals_(intervals) {}

    void decide(const ocpp::frame& f, const session_identity& who, bool triggered, instant received,
                instant now, call_outcome& out) override;
    std::uint32_t quirks_of(const ocpp::frame_repairs& repairs) const noexcept override;
    std::string_view protocol() const noexcept override { return "ocpp1.6"; }

private:
    struct call; // what decide() works on

    void boot(call& c);
    void authorize(call& c);
    void start(call& c);
    void stop(call& c);
    void meter(call& c);
    void status(call& c);
    void data_transfer(call& c);
    void progress(call& c);
    void security_event(call& c);
    void certificate(call& c);
    domain::tag_answer ask(const call& c, domain::tag_use use, std::optional<timestamp> started_at);

    boot_intervals intervals_;

    // Storage behind the views of the last outcome.
    std::vector<ocpp::v16::sample> read_samples_;
    std::vector<events::sample> samples_;
    ocpp::v16::authorize authorize_;
    ocpp::v16::start_transaction start_;
    ocpp::v16::stop_transaction stop_;
    std::string transaction_text_;
    std::string identity_text_;
    std::string detail_;
};

} // namespace voltlane::gateway::v16
