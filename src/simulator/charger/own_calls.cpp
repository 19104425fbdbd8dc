#include "shared/base/json.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"
#include "simulator/charger/charge_point.hpp"

// What becomes of the calls that a charge point sends: their answers, errors, and silence.
namespace voltlane::simulator {
namespace {

using boost::json::object;
using ocpp::v16::action;

std::optional<std::int64_t> integer(const object& o, std::string_view name) {
    const auto* v = jsonio::find(o, name);
    return v == nullptr ? std::nullopt : ocpp::v16::as_integer(*v);
}

std::string_view tag_status(const object& payload) {
    const auto* info = jsonio::find_object(payload, "idTagInfo");
    return info == nullptr ? "" : jsonio::find_string(*info, "status").value_or("");
}

} // namespace

void charge_point::on_frame(const ocpp::frame& f, timestamp now) {
    heard_at_ = now;
    switch (f.kind) {
    case ocpp::frame_kind::call:
    case ocpp::frame_kind::refused_call: answer(f, now); break;
    case ocpp::frame_kind::call_result: {
        const auto sent_at = queue_.sent_at();
        if (auto c = queue_.take(f.message_id)) {
            auto& counts = counts_.of(c->action);
            ++counts.answered;
            counts.times.add(now - sent_at);
            line_.on_proven();
            on_answer(*c, *f.payload, now);
        } else {
            ++counts_.unexpected_frames;
        }
        break;
    }
    case ocpp::frame_kind::call_error:
    case ocpp::frame_kind::broken_answer:
        if (auto c = queue_.take(f.message_id))
            on_error(std::move(*c), f, now);
        else if (f.message_id != broken_id)
            ++counts_.unexpected_frames;
        break;
    case ocpp::frame_kind::dropped: ++counts_.unexpected_frames; break;
    case ocpp::frame_kind::empty: break;
    }
    pump(now);
    check_restart(now);
    if (leaving_ && queue_.empty()) apply(line_.hang_up(line_wish::close, -1, now), now);
}

void charge_point::on_answer(const outgoing_call& c, const object& payload, timestamp now) {
    if (c.action == action::boot_notification) on_boot_answer(payload, now);
    if (c.action == action::heartbeat) learn_time(payload, now);
    if (c.action == action::start_transaction) on_start_answer(c, payload, now);
    if (c.action == action::authorize) {
        const bool accepted = tag_status(payload) == "Accepted";
        cache_.remember(c.tag, accepted);
        if (auto* where = find_connector(c.connector)) where->on_authorized(accepted, now);
    }
    if (c.action == action::stop_transaction && !c.repeat)
        repeat_for_fun(c, plan_.misbehaviour.repeated_stop);
}

void charge_point::on_boot_answer(const object& payload, timestamp now) {
    learn_time(payload, now);
    const auto interval = integer(payload, "interval").value_or(0);
    registration_.on_boot_answered(jsonio::find_string(payload, "status").value_or("Rejected"), interval,
                                   now);
    if (!registration_.accepted()) return;
    if (interval > 0) settings_.set(key::heartbeat_interval, std::to_string(interval));
    plan_heartbeat(now);
    std::fill(reported_.begin(), reported_.end(), std::uint8_t{0});
    send_statuses(-1, false, now);
    if (plan_.station.security_events && !std::exchange(told_startup_, true))
        send_security_event("StartupOfTheDevice", now);
}

void charge_point::learn_time(const object& payload, timestamp now) {
    const auto text = jsonio::find_string(payload, "currentTime").value_or("");
    if (const auto told = parse_rfc3339(text)) clock_.set(*told, now);
}

void charge_point::on_start_answer(const outgoing_call& c, const object& payload, timestamp now) {
    const auto id = integer(payload, "transactionId");
    if (c.repeat) {
        if (c.of->id != id) ++counts_.changed_transaction_ids;
        return;
    }
    c.of->id = id;
    const bool accepted = tag_status(payload) == "Accepted";
    cache_.remember(c.of->tag, accepted);
    repeat_for_fun(c, plan_.misbehaviour.repeated_start);
    if (auto* where = find_connector(c.connector)) where->on_start_answered(*c.of, accepted, now);
}

// As if the answer had been lost: the same message under a new id.
void charge_point::repeat_for_fun(const outgoing_call& c, double chance) {
    if (!mischief_.chance(chance)) return;
    auto again = c;
    again.repeat = true;
    queue_.push_front(std::move(again));
}

void charge_point::on_error(outgoing_call c, const ocpp::frame& f, timestamp now) {
    ++counts_.of(c.action).errors;
    const auto code = f.error_text.empty() ? std::string_view("(broken answer)") : f.error_text;
    ++counts_.error_codes[std::string(code)];
    if (c.action == action::boot_notification) registration_.on_boot_failed(now);
    if (!c.of) return on_lost_call(c, now);
    // A failure to process: tried again a few times, waiting longer each time (OCPP 1.6 section 3.7).
    if (c.attempts >= static_cast<unsigned>(settings_.integer(key::message_attempts))) {
        ++counts_.of(c.action).lost;
        return;
    }
    const auto wait = settings_.integer(key::message_retry_interval) * c.attempts;
    queue_.retry(std::move(c), after(now, static_cast<double>(wait)));
}

void charge_point::on_call_timeout(timestamp now) {
    const auto sent_at = queue_.sent_at();
    auto c = *queue_.take();
    ++counts_.of(c.action).timed_out;
    if (c.action == action::boot_notification) registration_.on_boot_failed(now);
    if (c.of)
        queue_.retry(std::move(c), timestamp{}); // until it is answered: it may be the one that bills
    else
        on_lost_call(c, now);
    // Not even a ping since: the connection is dead, though nobody said so.
    if (heard_at_ <= sent_at && line_.up()) apply(line_.hang_up(line_wish::cut, -1, now), now);
}

void charge_point::on_lost_call(const outgoing_call& c, timestamp now) {
    if (c.action == action::status_notification) reported_[static_cast<std::size_t>(c.connector)] = 0;
    if (c.action == action::authorize)
        if (auto* where = find_connector(c.connector)) where->on_authorized(accepts_offline(c.tag), now);
}

connector_host::authorization charge_point::authorize(connector& c, std::string_view tag, timestamp) {
    const bool pre_authorized = settings_.flag(key::local_pre_authorize) && accepts_offline(tag);
    if (pre_authorized) return authorization::accepted;
    if (!registration_.accepted())
        return accepts_offline(tag) ? authorization::accepted : authorization::refused;
    outgoing_call call;
    call.action = action::authorize;
    call.connector = c.id();
    call.tag = tag;
    call.payload = "{";
    jsonio::append_member(call.payload, "idTag", tag);
    call.payload += '}';
    return queue_.push(std::move(call)) ? authorization::asked : authorization::refused;
}

bool charge_point::accepts_offline(std::string_view tag) const {
    if (!settings_.flag(key::local_authorize_offline)) return false;
    if (settings_.flag(key::local_list_enabled))
        if (const auto status = list_.status_of(tag)) return *status == "Accepted";
    if (settings_.flag(key::authorization_cache) && cache_.accepts(tag)) return true;
    return settings_.flag(key::allow_offline_tx);
}

} // namespace voltlane::simulator
