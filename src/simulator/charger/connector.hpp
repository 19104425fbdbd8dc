#pragma once

#include "simulator/charger/charging_process.hpp"
#include "simulator/charger/charging_profiles.hpp"
#include "simulator/charger/connector_host.hpp"
#include "simulator/charger/visit.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::simulator {

// ChargePointStatus of OCPP 1.6 section 7.7.
enum class connector_status : std::uint8_t {
    available,
    preparing,
    charging,
    suspended_ev,
    suspended_evse,
    finishing,
    reserved,
    unavailable,
    faulted,
};
std::string_view to_string(connector_status s) noexcept;

// One connector, its cars one after the other, and its meter, which only ever counts up.
//
//   empty --car plugs in--> plugged --tag--> authorising --Accepted--> charging --> finishing --unplugged-->
//   empty
//     \--remote start--> cable_awaited --plugged in--> (authorising) --> charging
//
// Sans-io: on_due() and the events below change it, what it has to say goes to its host.
class connector {
public:
    connector(int id, supply s, double register_wh, random_source random, connector_host& host);

    int id() const noexcept { return id_; }
    const supply& power_supply() const noexcept { return supply_; }
    connector_status status() const noexcept { return status_; }
    std::string_view error() const noexcept { return error_; } // ChargePointErrorCode
    const std::shared_ptr<transaction>& running() const noexcept { return running_; }
    std::optional<timestamp> charging_since() const;
    bool operative() const noexcept { return operative_; }
    // Whether a car or a waiting driver is there.
    bool occupied() const noexcept { return step_ != step::empty && step_ != step::off; }

    timestamp due() const noexcept;
    void on_due(timestamp now);

    void power_on(timestamp now);
    // Everything at the connector ends; a running transaction is stopped for `reason` first.
    void power_off(std::string_view reason, timestamp now);

    // Answers to Authorize and StartTransaction.
    void on_authorized(bool accepted, timestamp now);
    void on_start_answered(const transaction& t, bool accepted, timestamp now);

    // RemoteStartTransaction; false where nobody can charge here now.
    bool start_remotely(std::string_view tag, timestamp now);
    // Ends what runs here; `with_tag`: the driver showed the tag.
    void stop(std::string_view reason, timestamp now, bool with_tag = false);
    // UnlockConnector: the cable comes off.
    void unlock(timestamp now);
    // ChangeAvailability; false: scheduled for the end of the transaction.
    bool set_operative(bool operative, timestamp now);
    // A reservation came or went.
    void refresh(timestamp now);
    // Sampling settings changed.
    void replan_samples(timestamp now);

    // MeterValues, also without a transaction.
    void send_sample(std::string_view context, std::string_view measurands, bool triggered, timestamp now);

private:
    enum class step : std::uint8_t {
        off,
        empty,
        cable_awaited,
        plugged,
        authorising,
        charging,
        finishing,
        faulted
    };

    void set_status(connector_status s, timestamp now, std::string_view error = "NoError");
    void arrive(timestamp now);
    void ask(timestamp now);
    void begin(timestamp now);
    void run(timestamp now);
    void advance(timestamp now);
    void send_stop(std::string_view reason, bool with_tag, timestamp now);
    void leave(timestamp now);
    connector_status charging_status(timestamp now) const;
    meter_reading read_meter(timestamp now) const;
    std::int64_t register_wh() const noexcept { return static_cast<std::int64_t>(register_wh_); }

    int id_;
    supply supply_;
    random_source random_;
    connector_host& host_;
    double register_wh_;

    step step_ = step::off;
    connector_status status_ = connector_status::unavailable;
    std::string_view error_ = "NoError";
    bool operative_ = true;
    bool remote_ = false; // started by the central system
    timestamp due_ = never;

    visit visit_;
    std::optional<charging_process> car_;
    std::shared_ptr<transaction> running_;
    timestamp advanced_at_{};
    timestamp end_at_ = never;
    timestamp suspend_at_ = never;
    timestamp resume_at_ = never;
    timestamp fault_at_ = never;
    timestamp reset_at_ = never;
    timestamp sample_at_ = never;
    bool suspended_ = false;
};

} // namespace voltlane::simulator
