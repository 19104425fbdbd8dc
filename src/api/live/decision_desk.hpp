#pragma once

#include "shared/base/clock.hpp"
#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/kafka/producer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

// Publishes people's decisions about sessions to ocpp.inbound, so that the pool `sessions` stays their only
// writer.
class decision_desk {
public:
    decision_desk(kafka::producer& producer, std::string instance, const clock& c);

    // `session` 0 with action "abandon": all open ones of a charge point that was deleted. The decision's id
    // (a UUID) comes back; unavailable: the broker did not acknowledge. On the shard `shard`.
    async::awaitable<result<std::string>> decide(charger_key key, session_id session, std::string action,
                                                 std::optional<std::int64_t> energy_wh, account_id by,
                                                 std::size_t shard);

private:
    kafka::producer& producer_;
    kafka::topic_ref topic_;
    std::string instance_;
    const clock& clock_;
};

} // namespace voltlane::api
