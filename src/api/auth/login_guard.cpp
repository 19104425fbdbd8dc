#include "api/auth/login_guard.hpp"

#include "api/limits/counted_address.hpp"

#include <algorithm>
#include <array>

namespace voltlane::api {
namespace {

constexpr std::chrono::milliseconds look_again{10}; // half a hash: whether one of the client's ended

struct bound {
    std::string key;
    std::size_t most;
};

// No address holds a blank, so that the keys of two kinds are never the same.
std::array<bound, 2> bounds_of(std::string_view name, std::string_view client) {
    const std::string tail = ' ' + std::string(name);
    return {{{counted_address(client) + tail, login_guard::most_failures},
             {"*" + tail, login_guard::most_failures_of_name}}};
}

} // namespace

std::optional<std::chrono::seconds> login_guard::begin(std::string_view name, std::string_view client) {
    const auto bounds = bounds_of(name, client);
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    std::optional<std::chrono::seconds> wait;
    for (const auto& b : bounds) {
        const auto found = failures_.find(b.key);
        if (found == failures_.end()) continue;
        auto& f = found->second;
        if (now - f.since >= window) f = {now, 0, 0};
        if (f.count < b.most) continue;
        const auto left = f.under_way > 0 ? std::chrono::seconds(0)
                                          : std::chrono::ceil<std::chrono::seconds>(f.since + window - now);
        wait = std::max(wait.value_or(left), left);
    }
    if (wait) return wait; // and nothing is kept of it: it costs no hash
    if (failures_.size() + bounds.size() > most_counts) make_room();
    for (const auto& b : bounds) {
        auto& f = failures_.try_emplace(b.key, failures{now, 0, 0}).first->second;
        ++f.count;
        ++f.under_way;
    }
    return std::nullopt;
}

void login_guard::take_back(std::string_view name, std::string_view client) {
    const auto bounds = bounds_of(name, client);
    const std::lock_guard lock(mutex_);
    for (const auto& b : bounds) {
        const auto found = failures_.find(b.key);
        if (found == failures_.end()) continue;
        auto& f = found->second;
        if (f.under_way > 0) --f.under_way;
        if (f.count > 0) --f.count;
        if (f.count == 0) failures_.erase(found);
    }
}

void login_guard::failed(std::string_view name, std::string_view client) {
    const auto bounds = bounds_of(name, client);
    const std::lock_guard lock(mutex_);
    for (const auto& b : bounds)
        if (const auto found = failures_.find(b.key); found != failures_.end() && found->second.under_way > 0)
            --found->second.under_way;
}

// For one attempt's counts.
void login_guard::make_room() {
    const auto now = clock_.steady_now();
    std::erase_if(failures_, [now](const auto& entry) { return now - entry.second.since >= window; });
    while (failures_.size() + 2 > most_counts)
        failures_.erase(
            std::min_element(failures_.begin(), failures_.end(),
                             [](const auto& a, const auto& b) { return a.second.since < b.second.since; }));
}

std::unique_ptr<login_guard::place> login_guard::enter(std::string_view client) {
    auto key = counted_address(client);
    const std::lock_guard lock(mutex_);
    auto& hashes = in_flight_[key].hashes;
    if (hashes >= most_hashes_per_client) return nullptr;
    ++hashes;
    return std::make_unique<place>(*this, std::move(key));
}

class login_guard::turn {
public:
    turn(login_guard& g, std::string client)
        : guard_(g)
        , client_(std::move(client))
        , taken_(guard_.join_waiting(client_)) {}
    ~turn() {
        if (taken_) guard_.leave_waiting(client_);
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    bool taken() const noexcept { return taken_; }

private:
    login_guard& guard_;
    std::string client_;
    bool taken_;
};

async::awaitable<std::unique_ptr<login_guard::place>>
login_guard::wait_for_place(std::string client, async::steady_point deadline) {
    auto got = enter(client);
    if (got) co_return got;
    const turn mine(*this, counted_address(client));
    async::steady_timer pause(co_await async::asio::this_coro::executor);
    while (!got && mine.taken() && clock_.steady_now() < deadline) {
        pause.expires_after(look_again);
        co_await pause.async_wait(async::use);
        got = enter(client);
    }
    co_return got;
}

bool login_guard::join_waiting(const std::string& client) {
    const std::lock_guard lock(mutex_);
    auto& waiting = in_flight_[client].waiting;
    if (waiting >= most_waiting_per_client) return false;
    ++waiting;
    return true;
}

void login_guard::leave_waiting(const std::string& client) {
    const std::lock_guard lock(mutex_);
    --in_flight_.at(client).waiting;
    forget_idle(client);
}

void login_guard::leave(const std::string& client) {
    const std::lock_guard lock(mutex_);
    --in_flight_.at(client).hashes;
    forget_idle(client);
}

void login_guard::forget_idle(const std::string& client) {
    const auto found = in_flight_.find(client);
    if (found->second.hashes + found->second.waiting == 0) in_flight_.erase(found);
}

} // namespace voltlane::api
