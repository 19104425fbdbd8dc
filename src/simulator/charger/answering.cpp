#include "shared/ocpp/frame_writer.hpp"
#include "shared/ocpp/v16/commands.hpp"
#include "simulator/charger/charge_point.hpp"
#include "simulator/commands/table.hpp"

// Calls of the central system: checked against the tables, carried out, answered.
namespace voltlane::simulator {
namespace {

using ocpp::call_error_code;

reply carry_out(charge_point& cp, const ocpp::frame& f, timestamp now) {
    if (f.kind == ocpp::frame_kind::refused_call) return error_reply(f.code, std::string(f.description));
    const auto* spec = ocpp::v16::find_command(f.action);
    const auto handle = find_handler(f.action);
    if (spec == nullptr || handle == nullptr) {
        // A charge point's own message sent by the central system is known, but not for this direction.
        const bool own = ocpp::v16::find_call(f.action) != nullptr;
        return error_reply(own ? call_error_code::not_supported : call_error_code::not_implemented, "");
    }
    const auto verdict = ocpp::v16::check_request(*spec, *f.payload);
    if (!verdict) return error_reply(verdict.code, verdict.text);
    return handle(cp, *f.payload, now);
}

} // namespace

void charge_point::answer(const ocpp::frame& f, timestamp now) {
    if (registration_.mute()) return; // rejected: it answers nothing either (section 4.2)
    const bool known = find_handler(f.action) != nullptr;
    auto& counted = counts_.commands[known ? std::string(f.action) : "(unknown)"];
    ++counted.received;
    const auto r = carry_out(*this, f, now);
    if (mischief_.chance(plan_.misbehaviour.unanswered_commands)) {
        ++counted.answers["(kept silent)"];
        return;
    }
    ++counted.answers[r.status];
    std::string frame;
    if (r.code)
        ocpp::append_call_error(frame, f.id_literal, *r.code, r.text);
    else
        ocpp::append_call_result(frame, f.id_literal, r.payload);
    out_.frames.push_back(std::move(frame));
}

} // namespace voltlane::simulator
