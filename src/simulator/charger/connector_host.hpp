#pragma once

#include "simulator/charger/call_queue.hpp"
#include "simulator/charger/configuration.hpp"
#include "simulator/charger/meter_values.hpp"
#include "simulator/charger/reservations.hpp"
#include "simulator/random_source.hpp"
#include "simulator/scenario.hpp"
#include "simulator/statistics.hpp"

namespace voltlane::simulator {

class connector;

// What a connector needs of the charge point it belongs to.
class connector_host {
public:
    enum class authorization : std::uint8_t {
        accepted,
        refused,
        asked, // the connector is told later
    };

    virtual const scenario& plan() const = 0;
    virtual const configuration& settings() const = 0;
    virtual statistics& counts() = 0;
    virtual meter_spelling spelling() const = 0;
    virtual random_source& mischief() = 0;
    virtual std::string clock_text(timestamp now) const = 0; // by the charger's own clock
    virtual double limit_w(const connector& c, timestamp now) const = 0;
    virtual const reservation* reservation_at(const connector& c) const = 0;
    virtual const reservation* reservation_for(const connector& c, std::string_view tag) const = 0;
    virtual void reservation_used(std::int64_t id, timestamp now) = 0;

    virtual void send(outgoing_call call) = 0;
    virtual void status_changed(connector& c, timestamp now) = 0;
    virtual authorization authorize(connector& c, std::string_view tag, timestamp now) = 0;
    virtual void transaction_ended(connector& c, timestamp now) = 0;

protected:
    ~connector_host() = default;
};

} // namespace voltlane::simulator
