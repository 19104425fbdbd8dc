#include "simulator/charger/registration.hpp"

namespace voltlane::simulator {

void registration::on_restart() noexcept {
    state_ = state::unknown;
    on_down();
}

void registration::on_up(timestamp now) noexcept {
    up_ = true;
    if (habit_ == boot_habit::none) state_ = state::accepted;
    const bool known = state_ == state::accepted && habit_ != boot_habit::on_connect;
    if (known) return;
    state_ = state::unknown;
    boot_at_ = now;
}

void registration::on_down() noexcept {
    up_ = false;
    boot_at_ = never;
}

void registration::on_boot_answered(std::string_view status, std::int64_t interval_s,
                                    timestamp now) noexcept {
    boot_at_ = never;
    if (status == "Accepted") {
        state_ = state::accepted;
        return;
    }
    state_ = status == "Pending" ? state::pending : state::rejected;
    boot_at_ = after(now, interval_s > 0 ? static_cast<double>(interval_s) : own_interval_s);
}

void registration::on_boot_failed(timestamp now) noexcept {
    if (up_) boot_at_ = after(now, own_interval_s);
}

gate registration::may_send() const noexcept {
    if (!up_) return gate::closed;
    switch (state_) {
    case state::unknown:
    case state::rejected: return gate::boot;
    case state::pending: return gate::triggered;
    case state::accepted: return gate::open;
    }
    return gate::closed;
}

} // namespace voltlane::simulator
