#include "shared/base/json.hpp"
#include "simulator/charger/charge_point.hpp"

#include <algorithm>

// What a charge point does by the clock, and the messages it sends of its own accord or when it is triggered.
namespace voltlane::simulator {
namespace {

using ocpp::v16::action;

constexpr double look_again_s = 5; // a firmware update that waits for the last transaction
constexpr std::uint8_t as_report(connector_status s) {
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(s) + 1);
}

outgoing_call make_call(action a, bool triggered) {
    outgoing_call c;
    c.action = a;
    c.triggered = triggered;
    c.payload = "{";
    return c;
}

} // namespace

timestamp charge_point::chores_due() const {
    timestamp first = std::min(
        {registration_.boot_due(), heartbeat_at_, ping_at_, aligned_at_, flood_at_, reservations_.due()});
    for (const auto& j : jobs_)
        first = std::min(first, j.due());
    return first;
}

void charge_point::do_chores(timestamp now) {
    if (registration_.boot_due() <= now) {
        registration_.boot_sent();
        send_boot(false, now);
    }
    if (heartbeat_at_ <= now) {
        send_heartbeat(false, now);
        plan_heartbeat(now);
    }
    if (ping_at_ <= now) {
        out_.ping = true;
        plan_ping(now);
    }
    if (aligned_at_ <= now) {
        plan_aligned(now);
        for (auto& c : connectors_)
            if (registration_.accepted() || c.running())
                c.send_sample("Sample.Clock", settings_.text(key::aligned_data), false, now);
    }
    if (flood_at_ <= now) {
        flood_at_ = after(now, mischief_.within(plan_.misbehaviour.flood_every));
        if (registration_.accepted()) send_status(1, false, now);
    }
    for (const int id : reservations_.expire(now))
        refresh_connector(id, now);
    for (const auto j : {job::diagnostics, job::log, job::firmware})
        if (work(j).due() <= now) run_job(j, now);
}

void charge_point::plan_heartbeat(timestamp now) {
    const auto interval = settings_.integer(key::heartbeat_interval);
    heartbeat_at_ =
        interval > 0 && registration_.accepted() ? after(now, static_cast<double>(interval)) : never;
}

void charge_point::plan_ping(timestamp now) {
    const auto interval = settings_.integer(key::ping_interval);
    ping_at_ = interval > 0 && line_.up() ? after(now, static_cast<double>(interval)) : never;
}

void charge_point::plan_aligned(timestamp now) {
    const std::chrono::seconds interval(settings_.integer(key::clock_aligned_interval));
    aligned_at_ = never;
    if (interval.count() <= 0 || !powered_) return;
    const auto own = clock_.read(now).time_since_epoch();
    const auto next = (own / interval + 1) * interval;
    aligned_at_ = now + (next - own);
}

void charge_point::on_setting_changed(std::string_view name, timestamp now) {
    if (name == "HeartbeatInterval") plan_heartbeat(now);
    if (name == "ClockAlignedDataInterval") plan_aligned(now);
    if (name == "MeterValueSampleInterval")
        for (auto& c : connectors_)
            c.replan_samples(now);
}

void charge_point::run_job(job j, timestamp now) {
    auto& w = work(j);
    const auto step = w.step();
    const bool speaks = step.what == job_step::act::report || step.what == job_step::act::report_event;
    const bool busy = step.what == job_step::act::wait_idle && charging() > 0;
    if (busy || (speaks && !registration_.accepted())) return w.wait(after(now, look_again_s));
    w.done(now);
    switch (step.what) {
    case job_step::act::report:
        if (j == job::firmware && step.status == "Installed") ++firmware_;
        return send_status_of(j, step.status, w.is_signed(), false);
    case job_step::act::report_event: return send_security_event(step.status, now);
    case job_step::act::wait_idle: return;
    case job_step::act::restart: return restart(true, now);
    }
}

void charge_point::send_status_of(job j, std::string_view status, bool is_signed, bool triggered) {
    auto a = action::diagnostics_status_notification;
    if (j == job::log) a = action::log_status_notification;
    if (j == job::firmware)
        a = is_signed ? action::signed_firmware_status_notification : action::firmware_status_notification;
    auto c = make_call(a, triggered);
    jsonio::append_member(c.payload, "status", status);
    const bool has_request = j == job::log || (j == job::firmware && is_signed);
    if (has_request && work(j).request()) jsonio::append_member(c.payload, "requestId", *work(j).request());
    c.payload += '}';
    send(std::move(c));
}

void charge_point::send_job_status(job j, bool triggered, bool extended) {
    send_status_of(j, work(j).status(), extended || work(j).is_signed(), triggered);
}

void charge_point::send_boot(bool triggered, timestamp) {
    auto c = make_call(action::boot_notification, triggered);
    const auto& station = plan_.station;
    jsonio::append_member(c.payload, "chargePointVendor", station.vendor);
    jsonio::append_member(c.payload, "chargePointModel", station.model);
    jsonio::append_member(c.payload, "chargePointSerialNumber", "SIM" + std::to_string(who_.number));
    const auto firmware =
        firmware_ == 0 ? station.firmware : station.firmware + "+" + std::to_string(firmware_);
    jsonio::append_member(c.payload, "firmwareVersion", firmware);
    jsonio::append_member(c.payload, "meterType", "simulated");
    c.payload += '}';
    send(std::move(c));
}

void charge_point::send_heartbeat(bool triggered, timestamp) {
    auto c = make_call(action::heartbeat, triggered);
    c.payload += '}';
    send(std::move(c));
}

void charge_point::status_changed(connector& c, timestamp now) {
    if (registration_.accepted()) send_status(c.id(), false, now);
}

// What was said already on an earlier connection is not repeated, except after a boot or when asked for.
void charge_point::send_statuses(int connector, bool triggered, timestamp now) {
    for (int id = 0; id <= static_cast<int>(connectors_.size()); ++id) {
        if (connector >= 0 && connector != id) continue;
        const auto current = id == 0
                                 ? available_ ? connector_status::available : connector_status::unavailable
                                 : find_connector(id)->status();
        if (triggered || reported_[static_cast<std::size_t>(id)] != as_report(current))
            send_status(id, triggered, now);
    }
}

void charge_point::send_status(int connector, bool triggered, timestamp now) {
    auto current = available_ ? connector_status::available : connector_status::unavailable;
    std::string_view error = "NoError";
    if (const auto* where = find_connector(connector)) {
        current = where->status();
        error = where->error();
    }
    auto c = make_call(action::status_notification, triggered);
    c.connector = connector;
    jsonio::append_member(c.payload, "connectorId", connector);
    jsonio::append_member(c.payload, "errorCode", error);
    jsonio::append_member(c.payload, "status", to_string(current));
    jsonio::append_member(c.payload, "timestamp", clock_.text(now));
    c.payload += '}';
    reported_[static_cast<std::size_t>(connector)] = as_report(current);
    send(std::move(c));
}

void charge_point::send_samples(int connector, bool triggered, timestamp now) {
    for (auto& c : connectors_)
        if (connector <= 0 || connector == c.id())
            c.send_sample("Trigger", settings_.text(key::sampled_data), triggered, now);
}

void charge_point::send_security_event(std::string_view type, timestamp now) {
    auto c = make_call(action::security_event_notification, false);
    jsonio::append_member(c.payload, "type", type);
    jsonio::append_member(c.payload, "timestamp", clock_.text(now));
    c.payload += '}';
    send(std::move(c));
}

void charge_point::send_signing_request() {
    auto c = make_call(action::sign_certificate, true);
    jsonio::append_member(c.payload, "csr", make_signing_request(plan_.station.vendor, who_.id));
    c.payload += '}';
    send(std::move(c));
}

} // namespace voltlane::simulator
