#include "simulator/net/charger.hpp"

namespace voltlane::simulator {

charger::charger(surroundings around, charge_point::identity who, const scenario& plan,
                 double first_dial_after, std::optional<async::asio::ip::address> source)
    : around_(around)
    , point_(std::move(who), plan, around.counts, around.alarm.now(), first_dial_after)
    , source_(source) {}

void charger::on_line_up() {
    point_.on_up(around_.alarm.now());
    perform();
}

void charger::on_line_down(std::string_view why, bool was_up) {
    line_.reset();
    if (was_up)
        ++around_.counts.ended_by_server;
    else
        ++around_.counts.failed_dials[std::string(why)];
    point_.on_down(around_.alarm.now());
    perform();
}

void charger::on_line_text(std::string_view text) {
    point_.on_frame(around_.parser.parse(text), around_.alarm.now());
    perform();
}

void charger::on_line_life() {
    point_.on_sign_of_life(around_.alarm.now());
}

void charger::on_alarm(timestamp now) {
    point_.on_due(now);
    perform();
}

void charger::leave() {
    point_.leave(around_.alarm.now());
    perform();
}

void charger::leave_at_once() {
    point_.leave_at_once(around_.alarm.now());
    perform();
}

void charger::perform() {
    auto out = point_.take();
    if (line_) {
        for (auto& frame : out.frames)
            line_->send(std::move(frame));
        if (out.ping) line_->ping();
    }
    const auto old = out.line == line_wish::none ? nullptr : std::exchange(line_, nullptr);
    switch (out.line) {
    case line_wish::none: break;
    case line_wish::dial: {
        if (old) old->cut();
        line_owner& self = *this; // a private base: make_shared cannot convert
        line_ = std::make_shared<line>(around_.yard, self, around_.yard.address.path + "/" + point_.id(),
                                       source_);
        line_->start();
        break;
    }
    case line_wish::close:
        if (old) old->close();
        break;
    case line_wish::cut:
        if (old) old->cut();
        break;
    case line_wish::abandon:
        if (old) old->abandon();
        break;
    }
    around_.alarm.set(*this, point_.due());
}

} // namespace voltlane::simulator
