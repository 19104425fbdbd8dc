#pragma once

#include "shared/base/clock.hpp"

namespace voltlane::gateway {

// When something happened: read once by the shell, handed to everything that decides. `wall` stands in events
// and answers, `steady` decides about deadlines.
struct instant {
    timestamp wall{};
    clock::steady_point steady{};
};

inline instant read(const clock& c) {
    return {c.now(), c.steady_now()};
}

} // namespace voltlane::gateway
