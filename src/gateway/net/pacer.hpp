#pragma once

#include "shared/async/types.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace voltlane::gateway {

// Wakes connections whose reading was delayed by their rate. One per shard; its timer runs only while
// somebody waits, at a resolution that the one-second wheel does not have.
class pacer {
public:
    static constexpr std::chrono::milliseconds step{20};

    // Kept alive until woken.
    class sleeper {
    public:
        virtual void wake() = 0;

    protected:
        ~sleeper() = default;
    };

    explicit pacer(async::executor ex) : timer_(ex) {}

    void wait(std::shared_ptr<sleeper> who, async::steady_point until) {
        sleepers_.push_back({until, std::move(who)});
        if (sleepers_.size() == 1) arm();
    }

private:
    struct entry {
        async::steady_point until;
        std::shared_ptr<sleeper> who;
    };

    void arm() {
        timer_.expires_after(step);
        timer_.async_wait([this](boost::system::error_code ec) {
            if (ec) return;
            const auto now = std::chrono::steady_clock::now();
            std::vector<std::shared_ptr<sleeper>> due;
            std::erase_if(sleepers_, [&](entry& e) {
                if (e.until > now) return false;
                due.push_back(std::move(e.who));
                return true;
            });
            if (!sleepers_.empty()) arm();
            for (const auto& s : due)
                s->wake();
        });
    }

    async::steady_timer timer_;
    std::vector<entry> sleepers_;
};

} // namespace voltlane::gateway
