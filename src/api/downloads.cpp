#include "api/downloads.hpp"

#include <mutex>
#include <unordered_map>

namespace voltlane::api {

struct download_slots::counts {
    std::mutex mutex;
    int all = 0;
    std::unordered_map<std::int64_t, int> by_account, by_tenant; // only those above zero
};

class download_slots::slot {
public:
    slot(std::shared_ptr<counts> c, const domain::caller& who) : counts_(std::move(c)), who_(who) {}
    ~slot() {
        const std::lock_guard lock(counts_->mutex);
        --counts_->all;
        drop(counts_->by_account, who_.account());
        if (who_.tenant) drop(counts_->by_tenant, (*who_.tenant)());
    }
    slot(const slot&) = delete;
    slot& operator=(const slot&) = delete;

private:
    static void drop(std::unordered_map<std::int64_t, int>& in, std::int64_t key) {
        const auto at = in.find(key);
        if (--at->second == 0) in.erase(at);
    }

    std::shared_ptr<counts> counts_;
    domain::caller who_;
};

download_slots::download_slots() : counts_(std::make_shared<counts>()) {}

std::shared_ptr<const download_slots::slot> download_slots::take(const domain::caller& who) {
    const auto reached = [](const auto& in, std::int64_t key, int bound) {
        const auto at = in.find(key);
        return at != in.end() && at->second >= bound;
    };
    const std::lock_guard lock(counts_->mutex);
    if (counts_->all >= most || reached(counts_->by_account, who.account(), most_per_account)) return nullptr;
    if (who.tenant && reached(counts_->by_tenant, (*who.tenant)(), most_per_tenant)) return nullptr;
    ++counts_->all;
    ++counts_->by_account[who.account()];
    if (who.tenant) ++counts_->by_tenant[(*who.tenant)()];
    return std::make_shared<const slot>(counts_, who);
}

std::optional<download> download_desk::begin(const identity& who) {
    auto d = begin_uncounted(who);
    d.counted = slots_.take(who.caller);
    return d.counted ? std::optional(std::move(d)) : std::nullopt;
}

download download_desk::begin_uncounted(const identity& who) const {
    return {who, clock_.steady_now() + download::most_time, nullptr};
}

async::awaitable<bool> download_desk::may_go_on(const download& d) {
    if (d.over(clock_) || revocations_.is_revoked(d.who.session)) co_return false;
    const claims c{d.who.caller.account, d.who.session, token_kind::access, {}, d.who.expires_at};
    const auto who = co_await authenticator_.check(c, std::chrono::steady_clock::now() + download::page_time);
    co_return who && who->caller.tenant == d.who.caller.tenant && who->caller.role == d.who.caller.role;
}

} // namespace voltlane::api
