#pragma once

#include "shared/async/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>

#include <boost/intrusive/list.hpp>

namespace voltlane::async {

class deadline_wheel;

// What a connection embeds to be called when a deadline passes. Moving a deadline later costs one store: the
// wheel finds out when the old tick comes up and re-buckets lazily.
class wheel_entry
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    virtual void on_deadline() = 0; // on the wheel's shard; the entry is no longer scheduled

protected:
    ~wheel_entry() = default;

private:
    friend class deadline_wheel;
    std::uint32_t tick_ = 0;   // when to call; 0: never
    std::uint32_t bucket_ = 0; // tick whose bucket holds the entry
};

// One per shard: a single timer at one second serves every connection's time-outs. Resolution: one second,
// never early.
//
// All calls on the shard's thread. Entries unlink themselves when destroyed.
class deadline_wheel {
public:
    explicit deadline_wheel(executor ex);
    ~deadline_wheel();
    deadline_wheel(const deadline_wheel&) = delete;
    deadline_wheel& operator=(const deadline_wheel&) = delete;

    // Calls entry.on_deadline() once, not before `after` from now and at most about a second later.
    void schedule(wheel_entry& entry, std::chrono::seconds after);
    void cancel(wheel_entry& entry) noexcept { entry.tick_ = 0; }

    void start();
    void stop();
    // One tick forward; the timer's own step, public for tests.
    void advance();

private:
    static constexpr std::size_t buckets = 512; // longer deadlines go round more than once
    using bucket_list = boost::intrusive::list<wheel_entry, boost::intrusive::constant_time_size<false>>;
    void place(wheel_entry& entry);
    void arm();

    std::array<bucket_list, buckets> wheel_;
    std::uint32_t now_ = 1;
    steady_timer timer_;
    bool stopped_ = true;
};

} // namespace voltlane::async
