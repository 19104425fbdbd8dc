#pragma once

#include "shared/base/time.hpp"

#include <chrono>

namespace voltlane {

// Injected wherever time decides something, so that tests own it.
class clock {
public:
    using steady_point = std::chrono::steady_clock::time_point;

    virtual ~clock() = default;
    virtual timestamp now() const = 0;           // UTC
    virtual steady_point steady_now() const = 0; // deadlines

protected:
    clock() = default;
    clock(const clock&) = default;
    clock& operator=(const clock&) = default;
};

class system_clock final : public clock {
public:
    timestamp now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    steady_point steady_now() const override { return std::chrono::steady_clock::now(); }
};

// Moves only when told to.
class manual_clock final : public clock {
public:
    explicit manual_clock(timestamp start) : now_(start) {}
    timestamp now() const override { return now_; }
    steady_point steady_now() const override { return steady_; }
    void advance(std::chrono::microseconds by) {
        now_ += by;
        steady_ += by;
    }
    void set(timestamp t) { now_ = t; }

private:
    timestamp now_;
    steady_point steady_{};
};

} // namespace voltlane
