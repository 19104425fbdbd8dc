#include "api/limits/rate_limits.hpp"

#include "api/limits/counted_address.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace voltlane::api {
namespace {

constexpr std::size_t hash_bytes = 16;
constexpr std::size_t hash_key_bytes = 32;

std::string hash(std::string_view text, std::string_view key, std::size_t bytes) {
    std::string out(bytes, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       reinterpret_cast<const unsigned char*>(key.data()), key.size());
    return out;
}

std::string counted_name(rate_by by, std::string_view who) {
    switch (by) {
    case rate_by::address: return counted_address(who);
    case rate_by::network: return counted_network(who);
    case rate_by::account: return std::string(who);
    }
    return {};
}

} // namespace

std::string_view to_string(rate r) noexcept {
    switch (r) {
    case rate::all: return "all";
    case rate::login: return "login";
    case rate::reset: return "reset";
    case rate::registration: return "register";
    case rate::commands: return "commands";
    case rate::lookups: return "lookups";
    case rate::invitations: return "invitations";
    }
    return "";
}

std::string_view to_string(rate_by by) noexcept {
    switch (by) {
    case rate_by::address: return "address";
    case rate_by::network: return "network";
    case rate_by::account: return "account";
    }
    return "";
}

rate_limits::rate_limits(const rate_settings& s, std::string_view secret, const clock& c)
    : clock_(c)
    , settings_(s)
    , hash_key_(hash("rates:" + std::string(secret), {}, hash_key_bytes)) {}

std::int64_t rate_limits::limit_of(rate r, rate_by by) const noexcept {
    const auto& bound = [this, r]() -> const rate_bound& {
        switch (r) {
        case rate::all: return settings_.all;
        case rate::login: return settings_.login;
        case rate::reset: return settings_.reset;
        case rate::registration: return settings_.registration;
        case rate::commands: return settings_.commands;
        case rate::lookups: return settings_.lookups;
        case rate::invitations: return settings_.invitations;
        }
        return settings_.all;
    }();
    switch (by) {
    case rate_by::address: return bound.address;
    case rate_by::network: return bound.address * network_factor;
    case rate_by::account: return bound.account;
    }
    return 0;
}

std::string rate_limits::key_of(rate r, rate_by by, std::string_view who) const {
    std::string text(to_string(r));
    text.append(" ").append(to_string(by)).append(" ");
    text += who;
    return to_hex(hash(text, hash_key_, hash_bytes));
}

std::optional<std::chrono::seconds> rate_limits::take(rate r, rate_by by, std::string_view who) {
    const auto limit = limit_of(r, by);
    if (limit == 0) return std::nullopt;
    const auto counted = counted_name(by, who);
    if (counted.empty()) return std::nullopt;
    auto key = key_of(r, by, counted);
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        if (entries_.size() >= most_keys) make_room();
        found = entries_.emplace(key, entry{.window = {}, .limit = limit, .queued = false}).first;
    }
    auto& e = found->second;
    const auto wait = e.window.take(now, limit);
    if (!wait && !e.queued && e.window.own() * shared_from >= limit) {
        e.queued = true;
        grown_.push_back(std::move(key));
    }
    return wait;
}

// From a bucket of somebody new, which is as good as any.
void rate_limits::make_room() {
    const auto buckets = entries_.bucket_count();
    auto at = static_cast<std::size_t>(randombytes_uniform(static_cast<std::uint32_t>(buckets)));
    const std::string* least = nullptr;
    std::int64_t fewest = 0;
    for (std::size_t seen = 0; seen < looked_at; at = (at + 1) % buckets)
        for (auto it = entries_.cbegin(at); it != entries_.cend(at); ++it, ++seen)
            if (const auto used = it->second.window.total(); least == nullptr || used < fewest) {
                least = &it->first;
                fewest = used;
            }
    entries_.erase(entries_.find(*least));
    ++forgotten_;
}

std::vector<rate_limits::growth> rate_limits::to_share() {
    const std::lock_guard lock(mutex_);
    std::vector<growth> all;
    const auto count = std::min(grown_.size(), most_shared);
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = entries_.find(grown_[i]);
        if (found == entries_.end()) continue;
        auto& e = found->second;
        e.queued = false;
        if (e.window.unshared() > 0)
            all.push_back({found->first, e.window.minute(), e.window.unshared(), e.window.own()});
    }
    grown_.erase(grown_.begin(), grown_.begin() + static_cast<std::ptrdiff_t>(count));
    return all;
}

void rate_limits::learn(const std::vector<sums>& all) {
    const std::lock_guard lock(mutex_);
    for (const auto& s : all)
        if (const auto found = entries_.find(s.key); found != entries_.end())
            found->second.window.learn(s.minute, s.own, s.used, s.before);
}

void rate_limits::purge() {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    for (auto it = entries_.begin(); it != entries_.end();) {
        it->second.window.roll(now);
        it = it->second.window.idle() ? entries_.erase(it) : std::next(it);
    }
}

std::size_t rate_limits::keys() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

std::size_t rate_limits::forgotten() const {
    const std::lock_guard lock(mutex_);
    return forgotten_;
}

} // namespace voltlane::api
