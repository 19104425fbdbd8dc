#pragma once

#include "shared/base/text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace voltlane::simulator {

// Tags a charger knows by itself: the local list that the central system sends (OCPP 1.6 section 5.15), and
// the cache of what it was answered (section 3.5.2). Compared without case.
class local_list {
public:
    struct entry {
        std::string tag;
        std::optional<std::string> status; // absent: delete, in a differential update
    };

    std::int64_t version() const noexcept { return version_; } // 0: empty
    std::size_t size() const noexcept { return statuses_.size(); }

    // The number of entries after such an update.
    std::size_t size_after(const std::vector<entry>& update, bool full) const {
        if (full) return update.size();
        std::size_t size = statuses_.size();
        for (const auto& e : update) {
            const bool there = statuses_.contains(ascii_lower(e.tag));
            if (e.status && !there) ++size;
            if (!e.status && there) --size;
        }
        return size;
    }
    void apply(std::int64_t version, const std::vector<entry>& update, bool full) {
        if (full) statuses_.clear();
        for (const auto& e : update)
            if (e.status)
                statuses_[ascii_lower(e.tag)] = *e.status;
            else
                statuses_.erase(ascii_lower(e.tag));
        version_ = full && update.empty() ? 0 : version;
    }
    std::optional<std::string_view> status_of(std::string_view tag) const {
        const auto at = statuses_.find(ascii_lower(tag));
        if (at == statuses_.end()) return std::nullopt;
        return at->second;
    }

private:
    std::int64_t version_ = 0;
    std::unordered_map<std::string, std::string> statuses_;
};

class tag_cache {
public:
    // A scenario has a handful of tags; remote starts may bring others.
    static constexpr std::size_t max_tags = 100; // more: the cache starts anew

    void remember(std::string_view tag, bool accepted) {
        if (tags_.size() >= max_tags) tags_.clear();
        if (accepted)
            tags_.insert(ascii_lower(tag));
        else
            tags_.erase(ascii_lower(tag));
    }
    bool accepts(std::string_view tag) const { return tags_.contains(ascii_lower(tag)); }
    void clear() { tags_.clear(); }

private:
    std::unordered_set<std::string> tags_;
};

} // namespace voltlane::simulator
