#include "api/auth/login_guard.hpp"

#include "shared/base/text.hpp"

#include <algorithm>

namespace voltlane::api {

std::optional<std::chrono::seconds> login_guard::begin(std::string_view login) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    const auto name = ascii_lower(login);
    auto found = names_.find(name);
    if (found == names_.end()) {
        if (names_.size() >= most_names) make_room();
        found = names_.emplace(name, failures{now, 0, 0}).first;
    }
    auto& f = found->second;
    if (now - f.since >= window) f = {now, 0, 0};
    if (f.count >= most_failures && f.under_way > 0) return std::chrono::seconds(0);
    if (f.count >= most_failures) return std::chrono::ceil<std::chrono::seconds>(f.since + window - now);
    ++f.count;
    ++f.under_way;
    return std::nullopt;
}

void login_guard::take_back(std::string_view login) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(ascii_lower(login));
    if (found == names_.end()) return;
    auto& f = found->second;
    if (f.under_way > 0) --f.under_way;
    if (f.count > 0) --f.count;
    if (f.count == 0) names_.erase(found);
}

void login_guard::failed(std::string_view login) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(ascii_lower(login));
    if (found != names_.end() && found->second.under_way > 0) --found->second.under_way;
}

void login_guard::make_room() {
    const auto now = clock_.steady_now();
    std::erase_if(names_, [now](const auto& entry) { return now - entry.second.since >= window; });
    if (names_.size() < most_names) return;
    const auto oldest = std::min_element(names_.begin(), names_.end(), [](const auto& a, const auto& b) {
        return a.second.since < b.second.since;
    });
    names_.erase(oldest);
}

std::unique_ptr<login_guard::place> login_guard::enter(const std::string& client) {
    const std::lock_guard lock(mutex_);
    auto& count = in_flight_[client];
    if (count >= most_hashes_per_client) return nullptr;
    ++count;
    return std::make_unique<place>(*this, client);
}

void login_guard::leave(const std::string& client) {
    const std::lock_guard lock(mutex_);
    const auto found = in_flight_.find(client);
    if (--found->second == 0) in_flight_.erase(found);
}

} // namespace voltlane::api
