#pragma once

#include "shared/events/inbound.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace voltlane::testing {

// Writes what chargers say as records of ocpp.inbound: keys and values in log order.
class charger_log {
public:
    struct record {
        std::string key;
        std::string value;
    };

    explicit charger_log(std::int64_t tenant, timestamp start = default_start())
        : tenant_(tenant)
        , now_(start) {}

    static timestamp default_start() {
        using namespace std::chrono;
        return timestamp(sys_days{year{2025} / September / 5} + hours{16} + minutes{10} + seconds{20});
    }

    charger_log& charger(std::string id, std::int64_t epoch_offset = 100) {
        charger_ = std::move(id);
        epoch_ = {1, epoch_offset};
        seq_ = 0;
        return *this;
    }
    charger_log& later(std::chrono::seconds by) {
        now_ += by;
        return *this;
    }
    // What starts and stops are dated from now on, whenever they arrive: a charger that has lost its clock.
    charger_log& clock_says(timestamp t) {
        clock_ = t;
        return *this;
    }
    charger_log& seq(std::int64_t next) {
        seq_ = next - 1;
        return *this;
    }

    charger_log& opened() { return add(events::opened{"127.0.0.1"}); }
    charger_log& booted(std::string_view vendor, std::string_view model) {
        events::booted b;
        b.vendor = vendor;
        b.model = model;
        b.firmware = "1.0";
        return add(b);
    }
    charger_log& status(std::int64_t connector, std::string_view status, std::string_view error = "NoError") {
        events::status_changed s;
        s.connector = connector;
        s.status = status;
        s.error_code = error;
        s.at = now_;
        return add(s);
    }
    charger_log& noticed(std::string_view kind, std::string_view status) {
        events::noticed n;
        n.kind = kind;
        n.status = status;
        return add(n);
    }
    // `hash`: one digit, repeated; `key`: the transaction's.
    charger_log& start(std::string_view key, char hash, std::int64_t meter_wh = 0,
                       std::optional<std::int64_t> account = {}) {
        const std::string identity(32, hash);
        const auto at = clock_.value_or(now_);
        const auto at_text = format_millis(at);
        const auto meter_text = std::to_string(meter_wh);
        events::started s;
        s.connector = 1;
        s.id_tag = "TAG1";
        s.id_tag_folded = "tag1";
        s.transaction_key = key;
        s.identity_hash = identity;
        s.at = at;
        s.at_text = at_text;
        s.meter_mwh = meter_wh * 1000;
        s.meter_text = meter_text;
        s.tag.status = "Accepted";
        if (account) s.tag.account = account_id{*account};
        return add(s);
    }
    charger_log& meter(std::string_view key, std::int64_t wh) {
        const auto text = std::to_string(wh);
        events::sampled s;
        s.connector = 1;
        s.transaction_key = key;
        s.samples.push_back(sample(text, wh));
        return add(s);
    }
    charger_log& stop(std::string_view key, std::int64_t wh, std::string_view reason = "Local") {
        const auto at = clock_.value_or(now_);
        const auto at_text = format_millis(at);
        const auto meter_text = std::to_string(wh);
        events::ended e;
        e.transaction_key = key;
        e.at = at;
        e.at_text = at_text;
        e.meter_mwh = wh * 1000;
        e.meter_text = meter_text;
        e.reason = reason;
        return add(e);
    }
    charger_log& decide(std::string_view id, std::int64_t session, std::string_view action,
                        std::optional<std::int64_t> energy = {}) {
        events::decided d;
        d.decision_id = id;
        d.session = session_id{session};
        d.action = action;
        d.energy_wh = energy;
        d.by = account_id{1};
        return add(d, {});
    }
    charger_log& raw(std::string key, std::string value) {
        records_.push_back({std::move(key), std::move(value)});
        return *this;
    }

    const std::vector<record>& records() const { return records_; }
    timestamp now() const { return now_; }

private:
    events::sample sample(std::string_view text, std::int64_t wh) const {
        events::sample s;
        s.at = now_;
        s.measurand = "Energy.Active.Import.Register";
        s.value = text;
        s.unit = "Wh";
        s.context = "Sample.Periodic";
        s.location = "Outlet";
        s.register_mwh = wh * 1000;
        return s;
    }
    charger_log& add(events::input input) { return add(std::move(input), epoch_); }
    charger_log& add(events::input input, epoch connection) {
        events::inbound e;
        e.key = {tenant_id{tenant_}, charger_};
        e.identity = charger_;
        e.gateway = "gateway-1";
        e.connection = connection;
        if (connection.known()) e.seq = ++seq_;
        e.received_at = now_;
        e.protocol = "ocpp1.6";
        e.input = std::move(input);
        std::string value;
        events::append_inbound(value, e);
        records_.push_back({to_string(e.key), std::move(value)});
        return *this;
    }

    std::int64_t tenant_;
    timestamp now_;
    std::optional<timestamp> clock_;
    std::string charger_ = "bura";
    epoch epoch_{1, 100};
    std::int64_t seq_ = 0;
    std::vector<record> records_;
};

} // namespace voltlane::testing
