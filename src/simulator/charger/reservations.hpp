#pragma once

#include "shared/base/text.hpp"
#include "simulator/instant.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::simulator {

struct reservation {
    std::int64_t id = 0;
    int connector = 0; // 0: any
    std::string tag;
    timestamp until{};
};

// Reservations of one charger (OCPP 1.6 section 5.13): the same id replaces; they end by use, expiry or
// cancellation.
class reservations {
public:
    void put(reservation r) {
        cancel(r.id);
        all_.push_back(std::move(r));
    }
    // The connector it was for, or -1.
    int cancel(std::int64_t id) {
        const auto at =
            std::find_if(all_.begin(), all_.end(), [id](const reservation& r) { return r.id == id; });
        if (at == all_.end()) return -1;
        const int connector = at->connector;
        all_.erase(at);
        return connector;
    }
    const reservation* at_connector(int connector) const {
        for (const auto& r : all_)
            if (r.connector == connector) return &r;
        return nullptr;
    }
    // The one that this tag may use at this connector.
    const reservation* usable(int connector, std::string_view tag) const {
        for (const auto& r : all_)
            if ((r.connector == connector || r.connector == 0) && iequals(r.tag, tag)) return &r;
        return nullptr;
    }
    timestamp due() const noexcept {
        timestamp first = never;
        for (const auto& r : all_)
            first = std::min(first, r.until);
        return first;
    }
    // Those that are over are removed; their connectors.
    std::vector<int> expire(timestamp now) {
        std::vector<int> connectors;
        std::erase_if(all_, [&](const reservation& r) {
            if (r.until > now) return false;
            connectors.push_back(r.connector);
            return true;
        });
        return connectors;
    }

private:
    std::vector<reservation> all_;
};

} // namespace voltlane::simulator
