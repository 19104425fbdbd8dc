#pragma once

#include "simulator/instant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace voltlane::simulator {

// One step of an upload or a firmware update.
struct job_step {
    enum class act : std::uint8_t {
        report,       // send the status
        report_event, // a SecurityEventNotification of type `status`
        wait_idle,    // until no transaction runs
        restart,
    };
    double after_s; // since the step before
    act what;
    std::string_view status;
};

// A sequence of steps that runs beside charging: diagnostics, log, firmware. A new one takes the place of the
// old.
class background_job {
public:
    void start(std::span<const job_step> steps, std::optional<std::int64_t> request, timestamp at,
               bool is_signed = false) {
        steps_ = steps;
        request_ = request;
        signed_ = is_signed;
        plan(at);
    }
    bool running() const noexcept { return !steps_.empty(); }
    timestamp due() const noexcept { return due_; }
    const job_step& step() const noexcept { return steps_.front(); } // running() only
    // The step is done; or it has to wait.
    void done(timestamp now) {
        if (step().what == job_step::act::report) last_ = step().status;
        steps_ = steps_.subspan(1);
        plan(now);
    }
    void wait(timestamp until) noexcept { due_ = until; }

    // Of the job that runs or ended last.
    std::optional<std::int64_t> request() const noexcept { return request_; }
    bool is_signed() const noexcept { return signed_; }
    // What a triggered message reports: the last status of a running job, else Idle.
    std::string_view status() const noexcept { return running() && !last_.empty() ? last_ : "Idle"; }

private:
    void plan(timestamp from) {
        due_ = running() ? after(from, step().after_s) : never;
        if (!running()) last_ = {};
    }
    std::span<const job_step> steps_;
    std::optional<std::int64_t> request_;
    std::string_view last_;
    timestamp due_ = never;
    bool signed_ = false;
};

} // namespace voltlane::simulator
