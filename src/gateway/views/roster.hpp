#pragma once

#include "gateway/views/text_map.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::gateway {

// A connection came or went on a shard.
struct roster_news {
    std::string key; // `<tenant>/<charge point>`
    std::size_t shard = 0;
    bool here = false;
};

// Which shards of this process hold a charger's connections: the home shard's guide for records that the
// readers bring. A charger that redials may have two connections for a moment, on one shard or on two.
class roster {
public:
    void apply(const roster_news& news) {
        if (news.here) {
            shards_[news.key].push_back(news.shard);
            ++size_;
            return;
        }
        const auto at = shards_.find(news.key);
        if (at == shards_.end()) return;
        auto& list = at->second;
        for (auto i = list.begin(); i != list.end(); ++i) {
            if (*i != news.shard) continue;
            list.erase(i);
            --size_;
            break;
        }
        if (list.empty()) shards_.erase(at);
    }

    // Calls f(shard) once for each shard that holds the charger; false: none does.
    template <class F>
    bool find(std::string_view key, F&& f) const {
        const auto at = shards_.find(key);
        if (at == shards_.end()) return false;
        for (std::size_t i = 0; i < at->second.size(); ++i) {
            bool told = false;
            for (std::size_t k = 0; k < i; ++k)
                told = told || at->second[k] == at->second[i];
            if (!told) f(at->second[i]);
        }
        return true;
    }

    std::size_t size() const noexcept { return size_; }

private:
    text_map<std::vector<std::size_t>> shards_;
    std::size_t size_ = 0;
};

} // namespace voltlane::gateway
