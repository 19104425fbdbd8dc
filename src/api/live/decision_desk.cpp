#include "api/live/decision_desk.hpp"

#include "shared/base/random.hpp"
#include "shared/events/inbound.hpp"
#include "shared/events/topics.hpp"

namespace voltlane::api {

decision_desk::decision_desk(kafka::producer& producer, std::string instance, const clock& c)
    : producer_(producer)
    , topic_(producer.topic(events::topic::inbound))
    , instance_(std::move(instance))
    , clock_(c) {}

async::awaitable<result<std::string>> decision_desk::decide(charger_key key, session_id session,
                                                            std::string action,
                                                            std::optional<std::int64_t> energy_wh,
                                                            account_id by, std::size_t shard) {
    const auto id = make_uuid();
    events::decided d;
    d.decision_id = id;
    d.session = session;
    d.action = action;
    d.energy_wh = energy_wh;
    d.by = by;
    events::inbound e;
    e.key = key;
    e.identity = key.charge_point;
    e.gateway = instance_;
    e.received_at = clock_.now();
    e.input = d;
    std::string value;
    events::append_inbound(value, e);
    const auto record_key = to_string(key);
    const auto version = std::to_string(events::inbound_version);
    const std::array headers{kafka::header_view{events::topic::header_event_id, id},
                             kafka::header_view{events::topic::header_version, version}};
    kafka::record r;
    r.topic = topic_;
    r.key = record_key;
    r.value = value;
    r.headers = headers;
    const auto delivered = co_await producer_.at(shard).publish(r);
    if (delivered.error) co_return result<std::string>(delivered.error);
    co_return result<std::string>(id);
}

} // namespace voltlane::api
