#include "api/live/spellings.hpp"

#include "shared/base/log.hpp"
#include "shared/store/charge_point_catalog.hpp"

#include <algorithm>

namespace voltlane::api {

async::awaitable<void> spellings::learn(std::vector<charger_key> keys) {
    std::erase_if(keys, [this](const auto& key) { return known_.contains(key); });
    const auto now = std::chrono::steady_clock::now();
    if (keys.empty() || now < not_before_) co_return;
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    try {
        auto work = [keys](pg::transaction& t) {
            return store::read_identities(t, keys);
        };
        auto found = co_await database_.read(std::move(work), now + patience);
        if (known_.size() + found.size() > most) known_.clear();
        known_.merge(found);
    } catch (const std::exception& e) {
        not_before_ = now + leave_alone;
        log::get("api")->warn("spellings of charge points cannot be read: {}", e.what());
    }
}

std::string_view spellings::of(const charger_key& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? std::string_view(key.charge_point) : std::string_view(found->second);
}

} // namespace voltlane::api
