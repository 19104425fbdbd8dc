#pragma once

#include "shared/ocpp/frame.hpp"
#include "simulator/charger/background_job.hpp"
#include "simulator/charger/certificates.hpp"
#include "simulator/charger/connector.hpp"
#include "simulator/charger/connector_host.hpp"
#include "simulator/charger/line_keeper.hpp"
#include "simulator/charger/local_list.hpp"
#include "simulator/charger/own_clock.hpp"
#include "simulator/charger/registration.hpp"

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace voltlane::simulator {

// One charge point, sans-io: connections, frames and the passing of time go in, frames to send and what is to
// become of the connection come out. It has no clock and no socket of its own; the same seed, number and
// inputs give the same outputs.
//
// Use: after every input perform take(), then call on_due() at due(). Inputs come one at a time. The parts
// that commands change are public to them through the accessors in the second half.
class charge_point final : connector_host {
public:
    // Message id of the broken frames it sends on purpose; the errors they get are expected.
    static constexpr std::string_view broken_id = "broken";

    struct identity {
        std::string id;
        std::uint64_t seed = 1;
        std::uint64_t number = 1; // of this process's chargers, from 1
    };
    // `plan` and `counts` outlive it. It dials `first_dial_after` seconds from `start`.
    charge_point(identity who, const scenario& plan, statistics& counts, timestamp start,
                 double first_dial_after);
    charge_point(const charge_point&) = delete;
    charge_point& operator=(const charge_point&) = delete;

    // --- inputs
    void on_up(timestamp now);   // connected, sub-protocol agreed
    void on_down(timestamp now); // the connection ended, or could not be made
    void on_frame(const ocpp::frame& f, timestamp now);
    void on_sign_of_life(timestamp now) { heard_at_ = now; } // ping or pong
    void on_due(timestamp now);
    timestamp due() const;
    // The end of the simulation, as the scenario says; nothing is dialed any more. gone() tells when it is
    // over.
    void leave(timestamp now);
    bool gone() const noexcept { return leaving_ && !line_.up(); }
    void leave_at_once(timestamp now); // what is still open is cut

    // --- outputs
    struct output {
        std::vector<std::string> frames; // in this order, before anything is done to the connection
        bool ping = false;
        line_wish line = line_wish::none;
    };
    output take();

    const std::string& id() const noexcept { return who_.id; }
    bool is_up() const noexcept { return line_.up(); }
    bool is_accepted() const noexcept { return registration_.accepted(); }
    int charging() const; // running transactions

    // --- for commands (commands/)
    const scenario& plan() const override { return plan_; }
    statistics& counts() override { return counts_; }
    const configuration& settings() const override { return settings_; }
    configuration& change_settings() noexcept { return settings_; }
    void on_setting_changed(std::string_view name, timestamp now);
    std::deque<connector>& connectors() noexcept { return connectors_; }
    connector* find_connector(std::int64_t id); // nullptr: none; 0 is none either
    connector* find_transaction(std::int64_t id);
    charging_profiles& profiles() noexcept { return profiles_; }
    reservations& reserved() noexcept { return reservations_; }
    local_list& known_tags() noexcept { return list_; }
    tag_cache& cache() noexcept { return cache_; }
    certificate_store& certificates() noexcept { return certificates_; }
    bool pending() const noexcept { return registration_.pending(); }
    // ChangeAvailability of connector 0: the charge point itself.
    void set_available(bool available, timestamp now);
    // Reset: soft waits until transactions are reported.
    void restart(bool soft, timestamp now);
    void refresh_connector(int id, timestamp now); // 0: all

    enum class job : std::uint8_t { diagnostics, log, firmware };
    background_job& work(job j) noexcept { return jobs_[static_cast<std::size_t>(j)]; }

    // Messages of its own accord, or because of a trigger; connector -1: all of them.
    void send_boot(bool triggered, timestamp now);
    void send_heartbeat(bool triggered, timestamp now);
    void send_statuses(int connector, bool triggered, timestamp now);
    void send_samples(int connector, bool triggered, timestamp now);
    // extended: as ExtendedTriggerMessage means it, of signed firmware.
    void send_job_status(job j, bool triggered, bool extended = false);
    void send_security_event(std::string_view type, timestamp now);
    void send_signing_request();

private:
    // connector_host
    meter_spelling spelling() const override { return spelling_; }
    random_source& mischief() override { return mischief_; }
    std::string clock_text(timestamp now) const override { return clock_.text(now); }
    double limit_w(const connector& c, timestamp now) const override;
    const reservation* reservation_at(const connector& c) const override;
    const reservation* reservation_for(const connector& c, std::string_view tag) const override;
    void reservation_used(std::int64_t id, timestamp now) override;
    void send(outgoing_call call) override;
    void status_changed(connector& c, timestamp now) override;
    authorization authorize(connector& c, std::string_view tag, timestamp now) override;
    void transaction_ended(connector& c, timestamp now) override;

    // charge_point.cpp
    void pump(timestamp now);
    void apply(line_wish wish, timestamp now);
    void lost(timestamp now);
    void switch_off(line_wish how, double away, timestamp now);
    void switch_on(timestamp now);
    void on_line_due(timestamp now);
    void check_restart(timestamp now);
    // own_calls.cpp
    void on_call_timeout(timestamp now);
    void on_answer(const outgoing_call& c, const boost::json::object& payload, timestamp now);
    void on_error(outgoing_call c, const ocpp::frame& f, timestamp now);
    void on_boot_answer(const boost::json::object& payload, timestamp now);
    void on_start_answer(const outgoing_call& c, const boost::json::object& payload, timestamp now);
    void learn_time(const boost::json::object& payload, timestamp now);
    void repeat_for_fun(const outgoing_call& c, double chance);
    void on_lost_call(const outgoing_call& c, timestamp now);
    bool accepts_offline(std::string_view tag) const;
    // chores.cpp
    void do_chores(timestamp now);
    timestamp chores_due() const;
    void run_job(job j, timestamp now);
    void plan_heartbeat(timestamp now);
    void plan_aligned(timestamp now);
    void plan_ping(timestamp now);
    void send_status(int connector, bool triggered, timestamp now);
    void send_status_of(job j, std::string_view status, bool is_signed, bool triggered);
    // answering.cpp
    void answer(const ocpp::frame& f, timestamp now);

    identity who_;
    const scenario& plan_;
    statistics& counts_;
    random_source traits_;
    random_source mischief_;
    meter_spelling spelling_;
    configuration settings_;
    own_clock clock_;
    line_keeper line_;
    registration registration_;
    call_queue queue_;
    std::deque<connector> connectors_;
    charging_profiles profiles_;
    reservations reservations_;
    local_list list_;
    tag_cache cache_;
    certificate_store certificates_;
    std::array<background_job, 3> jobs_;
    output out_;

    std::vector<std::uint8_t> reported_; // by connector (0 first): the status last sent, +1; 0: none
    std::uint32_t firmware_ = 0;         // updates so far
    bool available_ = true;
    bool powered_ = false;
    bool leaving_ = false;
    bool ever_up_ = false;
    bool floods_ = false;
    bool told_startup_ = false; // since it was switched on
    timestamp heard_at_{};
    timestamp heartbeat_at_ = never;
    timestamp ping_at_ = never;
    timestamp aligned_at_ = never;
    timestamp flood_at_ = never;
    timestamp restart_by_ = never; // a soft reset waits for the queue, not longer than this
    timestamp switch_on_at_ = never;
};

} // namespace voltlane::simulator
