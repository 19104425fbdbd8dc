#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/ids.hpp"
#include "shared/events/presence.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace voltlane::api {

// Where a charger is connected: what a command must be addressed to.
struct connection_place {
    std::string instance; // of the gateway
    partition_id partition;
    epoch connection;
};

// csms.presence as this pod read it: which gateway holds a charger, and which gateways live.
//
// A charger is connected while the latest word about it is an opened or held connection of a gateway that is
// not known to be gone. A gateway is gone when it said so (leaving), or was declared silent by its reader,
// which alone knows whether silence means anything (it stands at the log's end). One writer; lookups from any
// thread.
class presence_view {
public:
    // Beats come every 3 s; three in a row are missing.
    static constexpr std::chrono::seconds silent_after{10};

    explicit presence_view(const clock& c) : clock_(c) {}

    std::optional<connection_place> find(const charger_key& key) const;
    std::size_t size() const;

    // `at` is the record's own place. Records must come in log order per key.
    void apply(const charger_key& key, const events::presence& p, epoch at);
    // `catching_up`: the beat may be an old one, so its age by the clock counts.
    void apply(const events::beat& b, bool catching_up);
    // Gateways that have chargers, are not gone, and said nothing for silent_after.
    std::vector<std::string> silent() const;
    // Unless one of them spoke meanwhile.
    void declare_gone(const std::vector<std::string>& instances);
    void clear(); // another log begins

private:
    struct charger {
        connection_place place;
        bool connected = false;
    };
    struct gateway {
        clock::steady_point last_word{};
        bool gone = false;
    };
    gateway& gateway_of(const std::string& instance);

    const clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<charger_key, charger> chargers_;
    std::unordered_map<std::string, gateway> gateways_;
};

} // namespace voltlane::api
