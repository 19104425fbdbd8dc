#include "simulator/charger/charge_point.hpp"

#include <algorithm>

namespace voltlane::simulator {
namespace {

// A soft reset waits this long for its StopTransaction to be answered.
constexpr double soft_reset_s = 10;
// What meters have counted before they are first seen, Wh.
constexpr range old_register{100'000, 9'000'000};

own_clock make_clock(const scenario::misbehaviour_part& odd, random_source& traits, timestamp start) {
    const bool none = traits.chance(odd.no_clock);
    const bool wrong = traits.chance(odd.wrong_clock);
    const double error = traits.within(odd.clock_error);
    using kind = own_clock::kind;
    return {none ? kind::none : wrong ? kind::wrong : kind::right, error, start};
}

random_source stream(const charge_point::identity& who, dice d, std::uint64_t part = 0) {
    return {who.seed, who.number, d, part};
}

} // namespace

charge_point::charge_point(identity who, const scenario& plan, statistics& counts, timestamp start,
                           double first_dial_after)
    : who_(std::move(who))
    , plan_(plan)
    , counts_(counts)
    , traits_(stream(who_, dice::traits))
    , mischief_(stream(who_, dice::faults))
    , settings_(plan.station.connectors, plan.configuration)
    , clock_(make_clock(plan.misbehaviour, traits_, start))
    , line_(plan.network, stream(who_, dice::line), start, first_dial_after)
    , registration_(plan.station.boots) {
    spelling_.kwh = traits_.chance(plan.misbehaviour.kwh_units);
    spelling_.numbers = traits_.chance(plan.misbehaviour.number_values);
    floods_ = traits_.chance(plan.misbehaviour.status_flood);
    supply s;
    s.voltage = plan.station.voltage;
    s.phases = plan.station.dc ? 0 : plan.station.phases;
    s.max_w = traits_.within(plan.station.kw) * 1000;
    connector_host& host = *this; // a private base: containers cannot convert
    for (int i = 1; i <= plan.station.connectors; ++i)
        connectors_.emplace_back(i, s, traits_.within(old_register),
                                 stream(who_, dice::connector, static_cast<std::uint64_t>(i)), host);
    reported_.resize(connectors_.size() + 1);
    switch_on_at_ = after(start, first_dial_after);
}

charge_point::output charge_point::take() {
    return std::exchange(out_, {});
}

int charge_point::charging() const {
    return static_cast<int>(std::count_if(connectors_.begin(), connectors_.end(),
                                          [](const connector& c) { return c.running() != nullptr; }));
}

connector* charge_point::find_connector(std::int64_t id) {
    if (id < 1 || id > static_cast<std::int64_t>(connectors_.size())) return nullptr;
    return &connectors_[static_cast<std::size_t>(id - 1)];
}

connector* charge_point::find_transaction(std::int64_t id) {
    const auto at = std::find_if(connectors_.begin(), connectors_.end(),
                                 [id](const connector& c) { return c.running() && c.running()->id == id; });
    return at == connectors_.end() ? nullptr : &*at;
}

// --- the connection

void charge_point::on_up(timestamp now) {
    if (leaving_) return apply(line_.hang_up(line_wish::close, -1, now), now);
    line_.on_up(now);
    ++counts_.connected;
    if (std::exchange(ever_up_, true)) ++counts_.reconnected;
    heard_at_ = now;
    registration_.on_up(now);
    plan_ping(now);
    if (registration_.accepted()) {
        plan_heartbeat(now);
        send_statuses(-1, false, now);
    }
    do_chores(now);
    pump(now);
}

void charge_point::on_down(timestamp now) {
    line_.on_down(now);
    lost(now);
}

// What ends with a connection, whoever ended it.
void charge_point::lost(timestamp now) {
    registration_.on_down();
    heartbeat_at_ = ping_at_ = never;
    queue_.on_disconnected([this, now](const outgoing_call& c) {
        ++counts_.of(c.action).lost;
        on_lost_call(c, now);
    });
}

void charge_point::apply(line_wish wish, timestamp now) {
    if (wish == line_wish::none) return;
    out_.line = wish;
    if (wish != line_wish::dial) lost(now);
}

void charge_point::on_line_due(timestamp now) {
    if (line_.due() > now || (leaving_ && !line_.up())) return;
    apply(line_.on_due(now), now);
}

// --- time

timestamp charge_point::due() const {
    timestamp first = std::min(chores_due(), switch_on_at_);
    if (!leaving_ || line_.up()) first = std::min(first, line_.due());
    first = std::min({first, restart_by_, queue_.due(registration_.may_send())});
    if (queue_.busy())
        first = std::min(
            first, after(queue_.sent_at(), static_cast<double>(settings_.integer(key::message_timeout))));
    for (const auto& c : connectors_)
        first = std::min(first, c.due());
    return first;
}

void charge_point::on_due(timestamp now) {
    if (switch_on_at_ <= now) switch_on(now);
    on_line_due(now);
    if (queue_.busy() &&
        now >= after(queue_.sent_at(), static_cast<double>(settings_.integer(key::message_timeout))))
        on_call_timeout(now);
    for (auto& c : connectors_)
        c.on_due(now);
    do_chores(now);
    pump(now);
    check_restart(now);
}

void charge_point::pump(timestamp now) {
    while (auto d = queue_.depart(now, registration_.may_send())) {
        if (mischief_.chance(plan_.misbehaviour.broken_frames))
            out_.frames.push_back("[2,\"" + std::string(broken_id) + "\",\"Heartbeat\",{]");
        ++counts_.of(d->action).sent;
        out_.frames.push_back(std::move(d->frame));
    }
}

// --- power

void charge_point::switch_on(timestamp now) {
    switch_on_at_ = never;
    if (powered_ || leaving_) return;
    powered_ = true;
    for (auto& c : connectors_)
        c.power_on(now);
    plan_aligned(now);
    if (floods_) flood_at_ = after(now, mischief_.within(plan_.misbehaviour.flood_every));
}

void charge_point::switch_off(line_wish how, double away, timestamp now) {
    powered_ = told_startup_ = false;
    restart_by_ = aligned_at_ = flood_at_ = never;
    for (auto& c : connectors_)
        c.power_off("Reboot", now);
    std::fill(reported_.begin(), reported_.end(), std::uint8_t{0});
    apply(line_.hang_up(how, away, now), now);
    registration_.on_restart();
    switch_on_at_ = after(now, away);
}

void charge_point::restart(bool soft, timestamp now) {
    for (auto& c : connectors_)
        c.stop(soft ? "SoftReset" : "HardReset", now);
    restart_by_ = soft ? after(now, soft_reset_s) : now;
}

void charge_point::check_restart(timestamp now) {
    if (restart_by_ == never || (restart_by_ > now && !queue_.empty() && line_.up())) return;
    const bool in_order = queue_.empty();
    switch_off(in_order ? line_wish::close : line_wish::cut, traits_.within(plan_.station.restart), now);
}

// --- the end

void charge_point::leave(timestamp now) {
    leaving_ = true;
    restart_by_ = switch_on_at_ = never;
    if (!line_.up()) return;
    if (plan_.at_end != ending::stop)
        return apply(
            line_.hang_up(plan_.at_end == ending::close ? line_wish::close : line_wish::cut, -1, now), now);
    for (auto& c : connectors_)
        c.power_off("PowerLoss", now);
    pump(now);
    if (queue_.empty()) apply(line_.hang_up(line_wish::close, -1, now), now);
}

void charge_point::leave_at_once(timestamp now) {
    leaving_ = true;
    apply(line_.hang_up(line_wish::cut, -1, now), now);
}

// --- as a connector's host

double charge_point::limit_w(const connector& c, timestamp now) const {
    return profiles_.limit_w(c.id(), c.power_supply(), c.charging_since(), now);
}

const reservation* charge_point::reservation_at(const connector& c) const {
    return reservations_.at_connector(c.id());
}

const reservation* charge_point::reservation_for(const connector& c, std::string_view tag) const {
    return reservations_.usable(c.id(), tag);
}

void charge_point::reservation_used(std::int64_t id, timestamp) {
    reservations_.cancel(id); // the connector's status speaks of the car now
}

void charge_point::send(outgoing_call call) {
    const auto action = call.action;
    if (!queue_.push(std::move(call))) ++counts_.of(action).lost;
}

void charge_point::transaction_ended(connector& c, timestamp) {
    profiles_.end_transaction(c.id());
}

void charge_point::refresh_connector(int id, timestamp now) {
    for (auto& c : connectors_)
        if (id == 0 || c.id() == id) c.refresh(now);
}

void charge_point::set_available(bool available, timestamp now) {
    if (available_ == available) return;
    available_ = available;
    if (registration_.accepted()) send_status(0, false, now);
}

} // namespace voltlane::simulator
