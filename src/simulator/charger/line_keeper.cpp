#include "simulator/charger/line_keeper.hpp"

namespace voltlane::simulator {
namespace {

line_wish wish_of(outage_kind kind) {
    switch (kind) {
    case outage_kind::cut: return line_wish::cut;
    case outage_kind::close: return line_wish::close;
    case outage_kind::half_open: return line_wish::abandon;
    }
    return line_wish::cut;
}

} // namespace

line_keeper::line_keeper(const scenario::network_part& network, random_source random, timestamp start,
                         double first_dial_after)
    : network_(network)
    , random_(random)
    , back_off_(network.reconnect, network.jitter)
    , start_(start)
    , dial_at_(after(start, first_dial_after)) {}

timestamp line_keeper::due() const noexcept {
    switch (state_) {
    case state::waiting: return dial_at_;
    case state::dialing: return give_up_at_;
    case state::up: return outage_at_;
    }
    return never;
}

line_wish line_keeper::on_due(timestamp now) {
    if (due() > now) return line_wish::none;
    switch (state_) {
    case state::waiting:
        state_ = state::dialing;
        give_up_at_ = after(now, dial_patience_s);
        return line_wish::dial;
    case state::dialing: return hang_up(line_wish::cut, -1, now);
    case state::up:
        return hang_up(wish_of(network_.outages.kind), random_.within(network_.outages.lasting), now);
    }
    return line_wish::none;
}

void line_keeper::on_up(timestamp now) {
    state_ = state::up;
    plan_outage(now);
}

void line_keeper::on_down(timestamp now) {
    if (state_ == state::waiting) return;
    state_ = state::waiting;
    dial_at_ = after(now, back_off_.next(random_));
}

line_wish line_keeper::hang_up(line_wish how, double away, timestamp now) {
    if (state_ == state::waiting) {
        if (away >= 0) dial_at_ = after(now, away);
        return line_wish::none;
    }
    on_down(now);
    if (away >= 0) dial_at_ = after(now, away);
    return how;
}

void line_keeper::plan_outage(timestamp now) {
    const auto& plan = network_.outages;
    outage_at_ = never;
    if (plan.every.never()) return;
    if (!plan.together) {
        outage_at_ = after(now, random_.within(plan.every));
        return;
    }
    const double passed = std::floor(seconds_between(start_, now) / plan.every.least);
    outage_at_ = after(start_, (passed + 1) * plan.every.least);
}

} // namespace voltlane::simulator
