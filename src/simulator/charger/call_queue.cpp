#include "simulator/charger/call_queue.hpp"

#include "shared/ocpp/frame_writer.hpp"

#include <algorithm>

namespace voltlane::simulator {
namespace {

using ocpp::v16::action;

constexpr std::int64_t no_transaction_id = -1; // what chargers send that never got one (field-notes 22)

bool may_go(const outgoing_call& c, gate g) {
    switch (g) {
    case gate::closed: return false;
    case gate::boot: return c.action == action::boot_notification;
    case gate::triggered: return c.action == action::boot_notification || c.triggered;
    case gate::open: return true;
    }
    return false;
}

std::string payload_of(const outgoing_call& c) {
    if (!c.of || c.action == action::start_transaction) return c.payload;
    const auto id = c.of->forgets_id ? no_transaction_id : c.of->id.value_or(no_transaction_id);
    return "{\"transactionId\":" + std::to_string(id) + "," + c.payload.substr(1);
}

} // namespace

bool call_queue::push(outgoing_call c) {
    c.order = next_order_++;
    if (!c.of) {
        if (ordinary_.size() >= max_ordinary) return false;
        ordinary_.push_back(std::move(c));
        return true;
    }
    kept_.push_back(std::move(c));
    if (kept_.size() <= max_kept) return true;
    const auto oldest = std::find_if(kept_.begin(), kept_.end(), [](const outgoing_call& waiting) {
        return waiting.action == action::meter_values;
    });
    if (oldest != kept_.end()) kept_.erase(oldest);
    return false;
}

void call_queue::push_front(outgoing_call c) {
    c.order = 0;
    (c.of ? kept_ : ordinary_).push_front(std::move(c));
}

std::optional<call_queue::departure> call_queue::depart(timestamp now, gate g) {
    if (busy()) return std::nullopt;
    auto ordinary = std::find_if(ordinary_.begin(), ordinary_.end(),
                                 [g](const outgoing_call& c) { return may_go(c, g); });
    const bool has_ordinary = ordinary != ordinary_.end();
    const bool has_kept = g == gate::open && !kept_.empty() && kept_.front().not_before <= now;
    if (!has_ordinary && !has_kept) return std::nullopt;
    if (has_kept && (!has_ordinary || kept_.front().order < ordinary->order)) {
        under_way_ = std::move(kept_.front());
        kept_.pop_front();
    } else {
        under_way_ = std::move(*ordinary);
        ordinary_.erase(ordinary);
    }
    ++under_way_->attempts;
    id_ = std::to_string(next_id_++);
    sent_at_ = now;
    departure d;
    d.action = under_way_->action;
    ocpp::append_call(d.frame, id_, to_string(under_way_->action), payload_of(*under_way_));
    return d;
}

timestamp call_queue::due(gate g) const noexcept {
    return !busy() && g == gate::open && !kept_.empty() ? kept_.front().not_before : never;
}

std::optional<outgoing_call> call_queue::take(std::string_view message_id) {
    return busy() && message_id == id_ ? take() : std::nullopt;
}

std::optional<outgoing_call> call_queue::take() {
    return std::exchange(under_way_, std::nullopt);
}

void call_queue::retry(outgoing_call c, timestamp at) {
    c.not_before = at;
    kept_.push_front(std::move(c));
}

} // namespace voltlane::simulator
