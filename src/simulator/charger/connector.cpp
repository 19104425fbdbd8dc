#include "simulator/charger/connector.hpp"

#include "shared/base/json.hpp"

#include <algorithm>
#include <array>

namespace voltlane::simulator {
namespace {

using ocpp::v16::action;

// The car and its limit are looked at this often at least: a full battery or a new limit shows that soon.
constexpr double look_s = 10;
// Somebody who pulls the cable does it at once.
constexpr double cable_off_s = 1;
constexpr double sag = 0.012; // of the voltage at full power
constexpr std::array<std::string_view, 4> error_codes = {"GroundFailure", "OverCurrentFailure",
                                                         "PowerSwitchFailure", "HighTemperature"};

} // namespace

std::string_view to_string(connector_status s) noexcept {
    switch (s) {
    case connector_status::available: return "Available";
    case connector_status::preparing: return "Preparing";
    case connector_status::charging: return "Charging";
    case connector_status::suspended_ev: return "SuspendedEV";
    case connector_status::suspended_evse: return "SuspendedEVSE";
    case connector_status::finishing: return "Finishing";
    case connector_status::reserved: return "Reserved";
    case connector_status::unavailable: return "Unavailable";
    case connector_status::faulted: return "Faulted";
    }
    return "Faulted";
}

connector::connector(int id, supply s, double register_wh, random_source random, connector_host& host)
    : id_(id)
    , supply_(s)
    , random_(random)
    , host_(host)
    , register_wh_(register_wh) {}

std::optional<timestamp> connector::charging_since() const {
    if (!running_) return std::nullopt;
    return running_->started;
}

timestamp connector::due() const noexcept {
    if (step_ != step::charging) return due_;
    return std::min(
        {end_at_, suspend_at_, resume_at_, fault_at_, reset_at_, sample_at_, after(advanced_at_, look_s)});
}

void connector::set_status(connector_status s, timestamp now, std::string_view error) {
    if (status_ == s && error_ == error) return;
    status_ = s;
    error_ = error;
    host_.status_changed(*this, now);
}

void connector::on_due(timestamp now) {
    if (due() > now) return;
    due_ = never;
    switch (step_) {
    case step::off:
    case step::authorising: return;
    case step::empty: return arrive(now);
    case step::cable_awaited:
        if (random_.chance(host_.plan().sessions.no_show)) {
            // Nobody came; the charger waits for its ConnectionTimeOut and forgets the start.
            step_ = step::finishing;
            due_ = after(now, static_cast<double>(host_.settings().integer(key::connection_time_out)));
            return;
        }
        if (host_.settings().flag(key::authorize_remote)) return ask(now);
        return begin(now);
    case step::plugged: return ask(now);
    case step::charging: return run(now);
    case step::finishing:
    case step::faulted: return leave(now);
    }
}

void connector::power_on(timestamp now) {
    step_ = step::finishing;
    leave(now);
}

void connector::power_off(std::string_view reason, timestamp now) {
    if (running_) {
        advance(now);
        send_stop(reason, false, now);
    }
    step_ = step::off;
    due_ = never;
    error_ = "NoError";
}

void connector::arrive(timestamp now) {
    if (!operative_) return;
    visit_ = draw_visit(host_.plan(), random_);
    if (const auto* r = host_.reservation_at(*this)) visit_.tag = r->tag; // the driver who reserved it
    remote_ = false;
    step_ = step::plugged;
    due_ = after(now, visit_.tag_after);
    set_status(connector_status::preparing, now);
}

bool connector::start_remotely(std::string_view tag, timestamp now) {
    if (!operative_ || (step_ != step::empty && step_ != step::plugged)) return false;
    if (host_.reservation_at(*this) != nullptr && host_.reservation_for(*this, tag) == nullptr) return false;
    const bool plugged = step_ == step::plugged;
    if (!plugged) visit_ = draw_visit(host_.plan(), random_);
    visit_.tag = tag;
    visit_.by_cable = false;
    remote_ = true;
    step_ = step::cable_awaited;
    due_ = after(now, plugged ? 0 : random_.within(host_.plan().sessions.plug_after));
    set_status(connector_status::preparing, now);
    return true;
}

void connector::ask(timestamp now) {
    step_ = step::authorising;
    due_ = never;
    switch (host_.authorize(*this, visit_.tag, now)) {
    case connector_host::authorization::accepted: return on_authorized(true, now);
    case connector_host::authorization::refused: return on_authorized(false, now);
    case connector_host::authorization::asked: return;
    }
}

void connector::on_authorized(bool accepted, timestamp now) {
    if (step_ != step::authorising) return;
    if (accepted) return begin(now);
    ++host_.counts().refused_tags;
    step_ = step::finishing;
    due_ = after(now, visit_.unplug_after);
}

void connector::begin(timestamp now) {
    step_ = step::charging;
    running_ = std::make_shared<transaction>();
    running_->connector = id_;
    running_->tag = visit_.tag;
    running_->started = now;
    running_->meter_start = register_wh();
    car_.emplace(visit_.car);
    advanced_at_ = now;
    suspended_ = false;
    const auto at = [now](double seconds) {
        return seconds < 0 ? never : after(now, seconds);
    };
    end_at_ = at(visit_.length);
    suspend_at_ = at(visit_.suspend_after);
    fault_at_ = at(visit_.fault_after);
    resume_at_ = never;
    auto& mischief = host_.mischief();
    running_->forgets_id = mischief.chance(host_.plan().misbehaviour.missing_id);
    reset_at_ = at(mischief.chance(host_.plan().misbehaviour.meter_reset) ? visit_.length / 2 : -1);
    replan_samples(now);
    ++host_.counts().sessions_started;

    outgoing_call c;
    c.action = action::start_transaction;
    c.connector = id_;
    c.of = running_;
    c.payload = "{";
    jsonio::append_member(c.payload, "connectorId", id_);
    jsonio::append_member(c.payload, "idTag", running_->tag);
    jsonio::append_member(c.payload, "meterStart", running_->meter_start);
    if (const auto* r = host_.reservation_for(*this, running_->tag)) {
        jsonio::append_member(c.payload, "reservationId", r->id);
        host_.reservation_used(r->id, now);
    }
    jsonio::append_member(c.payload, "timestamp", host_.clock_text(now));
    c.payload += '}';
    host_.send(std::move(c));
    set_status(charging_status(now), now);
}

void connector::on_start_answered(const transaction& t, bool accepted, timestamp now) {
    if (running_.get() != &t || accepted) return;
    ++host_.counts().refused_tags;
    if (host_.settings().flag(key::stop_on_invalid_id)) stop("DeAuthorized", now);
}

connector_status connector::charging_status(timestamp now) const {
    if (suspended_ || car_->full()) return connector_status::suspended_ev;
    if (host_.limit_w(*this, now) <= 0) return connector_status::suspended_evse;
    return connector_status::charging;
}

void connector::advance(timestamp now) {
    const double limit = host_.limit_w(*this, now);
    const double passed = seconds_between(advanced_at_, now);
    advanced_at_ = now;
    if (suspended_ || limit <= 0)
        car_->pause();
    else
        register_wh_ += car_->advance(passed, limit);
}

void connector::run(timestamp now) {
    advance(now);
    if (fault_at_ <= now) {
        send_stop("Other", false, now);
        step_ = step::faulted;
        due_ = after(now, visit_.faulted_for);
        return set_status(connector_status::faulted, now, error_codes[random_.index(error_codes.size())]);
    }
    if (end_at_ <= now) return stop(visit_.by_cable ? "EVDisconnected" : "Local", now, !visit_.by_cable);
    if (reset_at_ <= now) {
        reset_at_ = never;
        register_wh_ = 0;
    }
    if (suspend_at_ <= now) {
        suspend_at_ = never;
        suspended_ = true;
        resume_at_ = after(now, visit_.suspended_for);
        car_->pause();
    }
    if (resume_at_ <= now) {
        resume_at_ = never;
        suspended_ = false;
    }
    set_status(charging_status(now), now);
    if (sample_at_ <= now) {
        send_sample("Sample.Periodic", host_.settings().text(key::sampled_data), false, now);
        replan_samples(now);
    }
}

void connector::replan_samples(timestamp now) {
    const auto interval = host_.settings().integer(key::sample_interval);
    sample_at_ = interval > 0 ? after(now, static_cast<double>(interval)) : never;
}

meter_reading connector::read_meter(timestamp now) const {
    meter_reading r;
    r.register_wh = register_wh();
    r.voltage = supply_.voltage;
    r.phases = supply_.phases;
    if (car_) {
        r.power_w = car_->power_w();
        r.voltage *= 1 - sag * r.power_w / supply_.max_w;
        r.offered_w = host_.limit_w(*this, now);
        r.soc = car_->soc() * 100;
    }
    return r;
}

void connector::send_sample(std::string_view context, std::string_view measurands, bool triggered,
                            timestamp now) {
    if (running_) advance(now);
    outgoing_call c;
    c.action = action::meter_values;
    c.connector = id_;
    c.of = running_;
    c.triggered = triggered;
    c.payload = "{";
    jsonio::append_member(c.payload, "connectorId", id_);
    jsonio::append_name(c.payload, "meterValue");
    c.payload += '[';
    append_meter_value(c.payload, host_.clock_text(now), read_meter(now), measurands, context,
                       host_.spelling());
    c.payload += "]}";
    host_.send(std::move(c));
}

void connector::stop(std::string_view reason, timestamp now, bool with_tag) {
    if (!running_) return;
    advance(now);
    send_stop(reason, with_tag, now);
    step_ = step::finishing;
    due_ = after(now, reason == "EVDisconnected" ? cable_off_s : visit_.unplug_after);
    set_status(connector_status::finishing, now);
}

void connector::send_stop(std::string_view reason, bool with_tag, timestamp now) {
    auto& mischief = host_.mischief();
    const auto& odd = host_.plan().misbehaviour;
    const bool missing = mischief.chance(odd.missing_stop);
    const bool late = mischief.chance(odd.late_values);
    outgoing_call c;
    c.action = action::stop_transaction;
    c.connector = id_;
    c.of = running_;
    c.payload = "{";
    if (with_tag) jsonio::append_member(c.payload, "idTag", running_->tag);
    jsonio::append_member(c.payload, "meterStop", register_wh());
    jsonio::append_member(c.payload, "timestamp", host_.clock_text(now));
    jsonio::append_member(c.payload, "reason", reason);
    if (const auto data = host_.settings().text(key::stop_sampled_data); !data.empty()) {
        jsonio::append_name(c.payload, "transactionData");
        c.payload += '[';
        append_meter_value(c.payload, host_.clock_text(now), read_meter(now), data, "Transaction.End",
                           host_.spelling());
        c.payload += ']';
    }
    c.payload += '}';
    auto& counts = host_.counts();
    ++counts.sessions_ended;
    counts.energy_wh += std::max<std::int64_t>(0, register_wh() - running_->meter_start);
    if (!missing) host_.send(std::move(c));
    if (late) send_sample("Sample.Periodic", host_.settings().text(key::sampled_data), false, now);
    running_.reset();
    car_.reset();
    host_.transaction_ended(*this, now);
}

void connector::leave(timestamp now) {
    step_ = step::empty;
    const auto& sessions = host_.plan().sessions;
    const double pause = random_.within(sessions.pause);
    due_ = sessions.spontaneous ? after(now, pause) : never;
    refresh(now);
}

void connector::refresh(timestamp now) {
    if (step_ != step::empty) return;
    if (!operative_) return set_status(connector_status::unavailable, now);
    set_status(host_.reservation_at(*this) != nullptr ? connector_status::reserved
                                                      : connector_status::available,
               now);
}

void connector::unlock(timestamp now) {
    stop("UnlockCommand", now);
    if (step_ == step::finishing || step_ == step::plugged) {
        step_ = step::finishing;
        due_ = after(now, cable_off_s);
    }
}

bool connector::set_operative(bool operative, timestamp now) {
    const bool changed = operative_ != operative;
    operative_ = operative;
    if (running_) return operative;
    if (!changed) return true;
    if (!operative && step_ != step::off) {
        step_ = step::empty;
        due_ = never;
    }
    if (operative && step_ == step::empty)
        leave(now);
    else
        refresh(now);
    return true;
}

} // namespace voltlane::simulator
