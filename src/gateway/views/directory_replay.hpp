#pragma once

#include "shared/base/clock.hpp"

#include <chrono>
#include <optional>

namespace voltlane::gateway {

// Decides when csms.directory, which is read again from its beginning because the reader lost its place, is
// complete, so that what did not come again may be taken away.
class directory_replay {
public:
    // A log that was made anew is filled by `directory republish`: what it does not hold yet is not deleted.
    // Until then the older entries stay valid.
    static constexpr std::chrono::seconds patience{60};

    // The place is lost: the view is not known to be complete any more.
    void lost(clock::steady_point now) {
        if (!since_) since_ = now;
        begun_.reset();
    }
    // Reading began at the log's beginning.
    void begin(clock::steady_point now) {
        begun_ = now;
        tenants_ = false;
    }
    void saw_tenant() noexcept { tenants_ = true; }
    // True once: the log was read to its end, patience has passed, and the log is not without any tenant.
    bool ends(bool caught_up, clock::steady_point now) {
        if (!begun_ || !caught_up || !tenants_ || now - *begun_ < patience) return false;
        begun_.reset();
        since_.reset();
        return true;
    }
    // Since when the view is not known to be complete; none: it is.
    const std::optional<clock::steady_point>& since() const noexcept { return since_; }

private:
    std::optional<clock::steady_point> since_;
    std::optional<clock::steady_point> begun_;
    bool tenants_ = false;
};

} // namespace voltlane::gateway
