#include "gateway/session/call_session.hpp"

#include "shared/base/text.hpp"
#include "shared/ocpp/frame_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace voltlane::gateway {
namespace {

// Whether a text will be taken for a call by the parser: `[2` behind blanks and a byte order mark. Answers to
// our own calls must not wait behind a charger's calls (the two directions are independent), everything else
// may.
bool looks_like_call(std::string_view text) noexcept {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto bracket = text.find_first_not_of(" \t\r\n");
    if (bracket == std::string_view::npos || text[bracket] != '[') return false;
    const auto type = text.find_first_not_of(" \t\r\n", bracket + 1);
    return type != std::string_view::npos && text[type] == '2';
}

} // namespace

call_session::call_session(session_environment& env, session_effects& effects, session_identity who,
                           instant now)
    : env_(env)
    , effects_(effects)
    , who_(std::move(who))
    , rate_(env.calls_per_second)
    , since_(now.steady) {}

bool call_session::wants_to_read() const noexcept {
    return (state_ == state::opening || state_ == state::open) && waiting_.size() < max_waiting;
}

bool call_session::may_serve() const noexcept {
    return is_open() && !in_flight_.active && unwritten_ < max_unwritten;
}

clock::steady_point call_session::next_tick(instant now) const noexcept {
    if (in_flight_.failed || (commands_ && !commands_->idle())) return now.steady;
    return clock::steady_point::max();
}

events::inbound call_session::make_event(instant received) {
    events::inbound e;
    e.key = who_.key;
    e.identity = who_.identity;
    e.gateway = env_.gateway;
    e.connection = epoch_;
    e.seq = ++seq_;
    e.received_at = received.wall;
    e.protocol = env_.adapter.protocol();
    return e;
}

void call_session::on_opened(const epoch& e, std::string_view remote_address, instant now) {
    if (state_ != state::opening) return;
    epoch_ = e;
    state_ = state::open;
    auto event = make_event(now);
    event.input = events::opened{remote_address};
    append_inbound(in_flight_.event, event);
    in_flight_.event_id = event_id(event);
    in_flight_.active = true;
    ++env_.stats.published;
    effects_.publish_event(in_flight_.event, in_flight_.event_id, true);
}

void call_session::on_binary() {
    finish(close_code::unsupported, "binary messages are not OCPP-J");
}

void call_session::on_text(std::string_view text, instant now) {
    if (state_ == state::closed) return;
    pause_until_ = rate_.count(now.steady);
    if (pause_until_ > now.steady) ++env_.stats.delayed_reads;
    if (waiting_.empty() && may_serve()) return serve(text, now, now);
    if (!looks_like_call(text)) return serve(text, now, now);
    if (waiting_.capacity() == 0) waiting_.reserve(max_waiting);
    waiting_.push_back({std::string(text), now});
    if (waiting_.size() == max_waiting) ++env_.stats.full_reads;
}

void call_session::serve(std::string_view text, instant received, instant now) {
    const auto f = env_.parser.parse(text);
    note_quirks(env_.adapter.quirks_of(f.repairs));
    switch (f.kind) {
    case ocpp::frame_kind::call: serve_call(f, received, now); break;
    case ocpp::frame_kind::refused_call: {
        ++env_.stats.refused[static_cast<std::size_t>(f.code)];
        std::string frame;
        ocpp::append_call_error(frame, f.id_literal, f.code, f.description);
        ++unwritten_;
        effects_.send(std::move(frame));
        break;
    }
    case ocpp::frame_kind::call_result:
    case ocpp::frame_kind::call_error:
    case ocpp::frame_kind::broken_answer: {
        const bool ours = commands_ && commands_->on_answer(f, commands_allowed(now), now);
        if (!ours) {
            ++env_.stats.unmatched_answers;
            break;
        }
        if (env_.notes) {
            const auto answer = f.kind == ocpp::frame_kind::call_result ? f.payload_text : f.error_text;
            effects_.note(fmt::format("{} \u2190 {} {}", commands_->last_answered(), who_.identity, answer));
        }
        if (commands_->last_accepted() && commands_->last_answered().ends_with("TriggerMessage"))
            triggered_until_ = now.steady + trigger_window;
        note_refusal(f);
        break;
    }
    case ocpp::frame_kind::dropped: ++env_.stats.dropped; break;
    case ocpp::frame_kind::empty: break;
    }
}

void call_session::serve_call(const ocpp::frame& f, instant received, instant now) {
    const auto call = fingerprint(f.message_id, f.action, f.payload_text);
    if (const auto first = answers_.find(call); !first.empty()) {
        ++env_.stats.repeated;
        ++unwritten_;
        return effects_.send(std::string(first));
    }
    call_outcome out;
    env_.adapter.decide(f, who_, is_triggered(now), received, now, out);
    note_quirks(out.quirks);
    if (out.refused) {
        ++env_.stats.refused[static_cast<std::size_t>(out.code)];
        std::string frame;
        ocpp::append_call_error(frame, f.id_literal, out.code, out.description);
        ++unwritten_;
        return effects_.send(std::move(frame));
    }
    out.quirks |= env_.adapter.quirks_of(f.repairs);
    ++env_.stats.answered[out.action];
    if (env_.notes) note_input(out.input);

    if (out.beat) {
        if (now.steady >= next_beat_) {
            next_beat_ = now.steady + beat_spacing;
            auto e = make_event(received);
            e.action = out.action_name;
            e.message_id = f.message_id;
            e.input = events::beaten{};
            std::string value;
            append_inbound(value, e);
            ++env_.stats.published;
            effects_.publish_event(value, event_id(e), false);
        }
    } else if (const auto* s = std::get_if<events::status_changed>(&out.input);
               s != nullptr && out.coalesce != 0 &&
               statuses_.is_known(s->connector, out.coalesce, now.steady)) {
        ++env_.stats.coalesced;
    } else {
        return publish(out, f, call, received);
    }
    std::string frame;
    ocpp::append_call_result(frame, f.id_literal, out.answer);
    answer_now(call, std::move(frame), false, now);
}

void call_session::publish(call_outcome& out, const ocpp::frame& f, const call_fingerprint& call,
                           instant received) {
    auto& p = in_flight_;
    p.call = call;
    p.boot = out.boot;
    p.status = 0;
    if (const auto* s = std::get_if<events::status_changed>(&out.input)) {
        p.status = out.coalesce;
        p.status_connector = s->connector;
    }
    ocpp::append_call_result(p.answer, f.id_literal, out.answer);

    auto e = make_event(received);
    e.action = out.action_name;
    e.message_id = f.message_id;
    e.payload = f.payload_text;
    e.answer = out.answer;
    e.quirks = out.quirks;
    e.input = std::move(out.input);
    // The payload stands in the record twice, verbatim and as neutral input.
    p.event.reserve(600 + 2 * f.payload_text.size() + out.answer.size());
    append_inbound(p.event, e);
    p.event_id = event_id(e);
    p.active = true;
    ++env_.stats.published;
    effects_.publish_event(p.event, p.event_id, true);
}

void call_session::answer_now(const call_fingerprint& call, std::string frame, bool boot, instant now) {
    answers_.keep(call, frame);
    ++unwritten_;
    effects_.send(std::move(frame));
    if (boot && !booted_) {
        booted_ = true;
        if (commands_) commands_->pump(true, now);
    }
}

void call_session::on_delivered(bool ok, instant now) {
    if (state_ == state::closed || !in_flight_.active) return;
    if (!ok) {
        in_flight_.failed = true;
        return;
    }
    auto done = std::move(in_flight_);
    in_flight_ = {};
    if (done.status != 0) statuses_.remember(done.status_connector, done.status, now.steady);
    if (!done.answer.empty()) answer_now(done.call, std::move(done.answer), done.boot, now);
    proceed(now);
}

void call_session::proceed(instant now) {
    std::size_t served = 0;
    while (served < waiting_.size() && may_serve()) {
        const auto& next = waiting_[served++];
        serve(next.text, next.at, now);
    }
    if (served == waiting_.size())
        std::vector<waiting_call>().swap(waiting_); // idle chargers hold no buffer
    else
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(served));
    close_when_done();
}

void call_session::on_written(instant now) {
    if (unwritten_ > 0) --unwritten_;
    if (!waiting_.empty() && may_serve()) proceed(now);
}

bool call_session::commands_allowed(instant now) const noexcept {
    return state_ == state::open && (booted_ || now.steady >= since_ + boot_wait);
}

bool call_session::is_triggered(instant now) const noexcept {
    return now.steady < triggered_until_;
}

command_queue& call_session::commands() {
    if (!commands_) {
        auto sending = [this](const events::command& c) {
            who_.tenant->add_vouch(who_.key, c);
        };
        commands_ = std::make_unique<command_queue>(effects_, env_.stats, env_.gateway, env_.command_key,
                                                    std::move(sending));
    }
    return *commands_;
}

void call_session::on_command(events::command c, instant now) {
    if (env_.notes) effects_.note(fmt::format("{} \u2192 {} {}", c.action, who_.identity, c.payload));
    commands().push(std::move(c), now);
    commands().pump(commands_allowed(now), now);
}

void call_session::on_reply_delivered(bool ok, instant now) {
    if (!commands_) return;
    if (state_ == state::closed) return commands_->settle(ok);
    commands_->on_reply_delivered(ok, commands_allowed(now), now);
}

void call_session::on_tick(instant now) {
    if (state_ == state::closed) return;
    if (in_flight_.active && in_flight_.failed) {
        in_flight_.failed = false;
        ++env_.stats.resent;
        effects_.publish_event(in_flight_.event, in_flight_.event_id, true);
    }
    if (commands_) commands_->on_tick(commands_allowed(now), now);
}

void call_session::on_superseded() {
    finish(close_code::normal, "a newer connection of this charge point took over");
}

void call_session::on_deleted() {
    finish(close_code::policy, "this charge point or its tenant was deleted");
}

void call_session::on_key_changed() {
    if (who_.key_version != who_.tenant->key_version)
        finish(close_code::policy, "the tenant's key was changed");
}

void call_session::stop() {
    if (state_ == state::closed || state_ == state::draining) return;
    // Without an epoch nothing was published yet: nothing can be answered in time either.
    if (state_ == state::opening) return finish(close_code::going_away, "the gateway is stopping");
    state_ = state::draining;
    close_when_done();
}

void call_session::close_when_done() {
    if (state_ == state::draining && !in_flight_.active && waiting_.empty())
        finish(close_code::going_away, "the gateway is stopping");
}

void call_session::finish(close_code code, std::string_view reason) {
    if (state_ == state::closed) return;
    state_ = state::closed;
    // Calls that were not answered stay so: the charger repeats them on its next connection.
    in_flight_ = {};
    std::vector<waiting_call>().swap(waiting_);
    effects_.close(code, reason);
}

void call_session::on_gone(std::string_view reason, instant now) {
    state_ = state::closed;
    in_flight_ = {};
    std::vector<waiting_call>().swap(waiting_);
    if (commands_) commands_->on_gone(now);
    commands_.reset();
    if (!epoch_.known()) return;
    auto e = make_event(now);
    e.input = events::closed{reason};
    std::string value;
    append_inbound(value, e);
    ++env_.stats.published;
    effects_.publish_event(value, event_id(e), false);
}

void call_session::note_quirks(std::uint32_t bits) {
    for (; bits != 0; bits &= bits - 1)
        ++env_.stats.quirks[static_cast<std::size_t>(__builtin_ctz(bits))];
}

// A remote start that the charger does not make: its tag must not start anything later. An answer that cannot
// be read tells nothing.
void call_session::note_refusal(const ocpp::frame& answer) {
    if (commands_->last_answered() != "RemoteStartTransaction") return;
    bool accepted = answer.kind == ocpp::frame_kind::broken_answer;
    if (answer.kind == ocpp::frame_kind::call_result && answer.payload != nullptr) {
        const auto* status = answer.payload->if_contains("status");
        accepted = status != nullptr && status->is_string() && iequals(status->get_string(), "Accepted");
    }
    if (!accepted) who_.tenant->refuse_vouch(who_.key.charge_point, answer.message_id);
}

void call_session::note_input(const events::input& input) {
    if (const auto* s = std::get_if<events::started>(&input))
        effects_.note(fmt::format("StartTx {} on {} meterStart={}Wh", s->transaction_key, who_.identity,
                                  s->meter_text));
    else if (const auto* c = std::get_if<events::status_changed>(&input))
        effects_.note(fmt::format("{} c{} \u2192 {}", who_.identity, c->connector, c->status));
}

} // namespace voltlane::gateway
