#include "shared/async/deadline_wheel.hpp"

namespace voltlane::async {

deadline_wheel::deadline_wheel(executor ex) : timer_(ex) {}

deadline_wheel::~deadline_wheel() {
    for (auto& b : wheel_)
        b.clear();
}

void deadline_wheel::schedule(wheel_entry& entry, std::chrono::seconds after) {
    // The current tick began up to a second ago, so one more keeps the promise "never early".
    entry.tick_ = now_ + static_cast<std::uint32_t>(after.count()) + 1;
    if (!entry.is_linked()) {
        place(entry);
    } else if (entry.tick_ < entry.bucket_) {
        entry.unlink();
        place(entry);
    }
}

void deadline_wheel::place(wheel_entry& entry) {
    entry.bucket_ = entry.tick_;
    wheel_[entry.tick_ % buckets].push_back(entry);
}

void deadline_wheel::advance() {
    ++now_;
    // Taken out first: on_deadline may schedule again, into this very bucket.
    bucket_list due;
    due.swap(wheel_[now_ % buckets]);
    while (!due.empty()) {
        wheel_entry& entry = due.front();
        due.pop_front();
        if (entry.tick_ == 0) continue;
        if (entry.tick_ > now_) {
            place(entry);
        } else {
            entry.tick_ = 0;
            entry.on_deadline();
        }
    }
}

void deadline_wheel::start() {
    stopped_ = false;
    timer_.expires_after(std::chrono::seconds(1));
    arm();
}

void deadline_wheel::stop() {
    stopped_ = true;
    timer_.cancel();
}

void deadline_wheel::arm() {
    timer_.async_wait([this](boost::system::error_code ec) {
        if (ec || stopped_) return;
        advance();
        timer_.expires_at(timer_.expiry() + std::chrono::seconds(1));
        arm();
    });
}

} // namespace voltlane::async
