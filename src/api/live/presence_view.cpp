#include "api/live/presence_view.hpp"

#include <algorithm>

namespace voltlane::api {

std::optional<connection_place> presence_view::find(const charger_key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = chargers_.find(key);
    if (found == chargers_.end() || !found->second.connected) return std::nullopt;
    const auto holder = gateways_.find(found->second.place.instance);
    if (holder == gateways_.end() || holder->second.gone) return std::nullopt;
    return found->second.place;
}

std::size_t presence_view::size() const {
    const std::lock_guard lock(mutex_);
    return chargers_.size();
}

presence_view::gateway& presence_view::gateway_of(const std::string& instance) {
    const auto [at, made] = gateways_.try_emplace(instance);
    if (made) at->second.last_word = clock_.steady_now();
    return at->second;
}

void presence_view::apply(const charger_key& key, const events::presence& p, epoch at) {
    const std::lock_guard lock(mutex_);
    auto& c = chargers_[key];
    const bool opened = p.state == events::presence_state::opened;
    const epoch spoken_of = opened ? at : p.connection;
    if (p.state == events::presence_state::closed) {
        if (spoken_of == c.place.connection) c.connected = false;
        return;
    }
    if (spoken_of < c.place.connection) return;
    gateway_of(p.instance);
    c.place = {p.instance, p.partition, spoken_of};
    c.connected = true;
}

void presence_view::apply(const events::beat& b, bool catching_up) {
    const std::lock_guard lock(mutex_);
    auto& g = gateway_of(b.instance);
    g.last_word = clock_.steady_now();
    if (catching_up)
        g.last_word -= std::max(std::chrono::microseconds(clock_.now() - b.at), std::chrono::microseconds(0));
    g.gone = b.leaving;
}

std::vector<std::string> presence_view::silent() const {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    std::vector<std::string> found;
    for (const auto& [instance, g] : gateways_)
        if (!g.gone && now - g.last_word > silent_after) found.push_back(instance);
    return found;
}

void presence_view::declare_gone(const std::vector<std::string>& instances) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    for (const auto& instance : instances) {
        auto& g = gateway_of(instance);
        if (now - g.last_word > silent_after) g.gone = true;
    }
}

void presence_view::clear() {
    const std::lock_guard lock(mutex_);
    chargers_.clear();
    gateways_.clear();
}

} // namespace voltlane::api
