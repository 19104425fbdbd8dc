#pragma once

#include "shared/base/text.hpp"
#include "shared/domain/session/fold.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::domain::test {

inline timestamp at(std::string_view text) {
    // "10:00:00" stands on the day of most scripts.
    const auto full = text.size() == 8 ? "2026-01-10T" + std::string(text) + "Z" : std::string(text);
    const auto t = parse_rfc3339(full);
    EXPECT_TRUE(t) << text;
    return t.value_or(timestamp{});
}

struct start_args {
    std::string at; // charger's clock; also the receipt unless that is given
    std::string meter = "1000";
    std::string tag = "tag1";
    std::int64_t connector = 1;
    std::string received = {};
    std::string status = "Accepted";
    std::optional<account_id> account = account_id{7};
    std::optional<account_id> started_by = {};
    std::string user_type = {};
};

struct sample_args {
    std::string at;
    std::string wh = {};  // total register
    std::string key = {}; // empty: none
    std::int64_t connector = 1;
    std::string received = {};
    std::vector<std::pair<std::string, std::string>> phases = {}; // (phase, Wh)
};

struct stop_args {
    std::string at;
    std::string meter = "6000";
    std::string key = {};
    std::string tag = "tag1";
    std::string reason = "Local";
    std::string received = {};
    std::vector<sample_args> samples = {};
};

// An event that owns its text.
struct scripted {
    events::inbound event;
    std::deque<std::string> texts;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

// A charger, its log, and a worker over a table in memory that answers load_request as SQL does.
class fold_bench {
public:
    enum class mode { one_batch, batch_per_event, restart_per_event };

    explicit fold_bench(mode m = mode::one_batch) : mode_(m) { fresh_state(); }

    // --- what the charger says
    // -------------------------------------------------------------------------------------
    void reconnect() {
        ++connection_.offset;
        seq_ = 0;
    }
    // Returns the transaction id that the gateway gives.
    std::string start(const start_args& a) {
        auto e = make(a.at, a.received);
        const auto tuple = std::to_string(a.connector) + '|' + a.tag + '|' + a.at + '|' + a.meter;
        const auto key = std::to_string(std::hash<std::string>{}(tuple) & 0x7fffffff);
        events::started s;
        s.connector = a.connector;
        s.id_tag = s.id_tag_folded = e->keep(a.tag);
        s.transaction_key = e->keep(key);
        s.identity_hash = e->keep("id:" + tuple);
        s.at = clock(a.at);
        s.at_text = e->keep(a.at);
        s.meter_mwh = parse_scaled(a.meter, 3);
        s.meter_text = e->keep(a.meter);
        s.tag = {e->keep(a.status), a.account, e->keep(a.user_type), {}, a.started_by};
        e->event.input = s;
        push(std::move(e));
        return key;
    }
    void sample(const sample_args& a) {
        auto e = make(a.at, a.received);
        events::sampled s;
        s.connector = a.connector;
        s.transaction_key = e->keep(a.key);
        add_samples(*e, s.samples, a);
        e->event.input = std::move(s);
        push(std::move(e));
    }
    void stop(const stop_args& a) {
        auto e = make(a.at, a.received);
        events::ended s;
        s.transaction_key = e->keep(a.key);
        s.id_tag = s.id_tag_folded = e->keep(a.tag);
        s.at = clock(a.at);
        s.at_text = e->keep(a.at);
        s.meter_mwh = parse_scaled(a.meter, 3);
        s.meter_text = e->keep(a.meter);
        s.reason = e->keep(a.reason);
        for (const auto& v : a.samples)
            add_samples(*e, s.samples, v);
        e->event.input = std::move(s);
        push(std::move(e));
    }
    void status(std::string text) {
        auto e = make("", "");
        events::status_changed s;
        s.connector = 1;
        s.status = e->keep(std::move(text));
        e->event.input = s;
        push(std::move(e));
    }
    void boot() {
        auto e = make("", "");
        e->event.input = events::booted{};
        push(std::move(e));
    }
    // `number`: of the session in order of insertion, from 1; 0 the whole charge point.
    void decide(std::string id, std::int64_t number, std::string action, std::optional<std::int64_t> wh = {},
                std::string when = "20:00:00") {
        auto e = make("", when);
        e->event.connection = {};
        e->event.seq = 0;
        events::decided d;
        d.decision_id = e->keep(std::move(id));
        d.session = session_id{number};
        d.action = e->keep(std::move(action));
        d.energy_wh = wh;
        d.by = account_id{1};
        e->event.input = d;
        push(std::move(e));
    }
    // The log delivers this event again under the same id.
    void deliver_again(std::size_t number) { run(*log_.at(number)); }

    // --- the worker
    // ------------------------------------------------------------------------------------------------
    void push(std::unique_ptr<scripted> e) {
        log_.push_back(std::move(e));
        run(*log_.back());
    }
    void run(const scripted& e) {
        batch_.push_back(&e.event);
        if (mode_ != mode::one_batch) flush();
        if (mode_ == mode::restart_per_event) fresh_state();
    }
    void flush() {
        load(needs(*state_, batch_));
        const auto asked = price_needs(*state_, batch_);
        const std::vector<price_row> rows = asked ? prices : std::vector<price_row>{};
        batch_effects out;
        for (const auto* e : batch_)
            apply(*state_, *e, rows, out);
        harvest(*state_, out);
        write(out);
        settle(*state_);
        batch_.clear();
    }
    void restart() {
        flush();
        fresh_state();
    }

    // --- what came of it
    // ------------------------------------------------------------------------------------------- `c1 stopped
    // 10:00:00-11:00:00 5.0kWh total=2.750 Local review=`, in order of insertion.
    std::vector<std::string> sessions() {
        flush();
        std::vector<std::string> out;
        for (const auto& [id, s] : table_)
            out.push_back(describe(s));
        return out;
    }
    const session& row(std::int64_t id) {
        flush();
        return table_.at(id);
    }
    // (sessions, Wh, total of 10^-3) over all days and accounts.
    std::array<std::int64_t, 3> rollup() {
        flush();
        std::array<std::int64_t, 3> sum{};
        for (const auto& [key, v] : rollups_)
            for (std::size_t i = 0; i < 3; ++i)
                sum.at(i) += v.at(i);
        return sum;
    }
    // The same from the table: must always agree.
    std::array<std::int64_t, 3> billed() const {
        std::array<std::int64_t, 3> sum{};
        for (const auto& [id, s] : table_) {
            if (s.open() || s.review != review_reason::none) continue;
            sum[0] += 1;
            sum[1] += s.energy_wh;
            sum[2] += s.total.value_or(money{}).units;
        }
        return sum;
    }
    static std::string describe(const session& s) {
        const auto hour = [](timestamp t) {
            const auto text = format_seconds(t);
            return text.starts_with("2026-01-10T") ? text.substr(11, 8) : text;
        };
        std::string out = "c" + std::to_string(s.connector) + ' ' + std::string(to_string(s.end)) + ' ' +
                          hour(s.started_at) + '-' + (s.ended_at ? hour(*s.ended_at) : "") + ' ' +
                          format_number(s.energy_wh, 3) +
                          "kWh total=" + (s.total ? s.total->text() : "null") + ' ' + s.stop_reason;
        if (s.review != review_reason::none) out += " review=" + std::string(to_string(s.review));
        return out;
    }

    struct stored_sample {
        std::int64_t session;
        std::string value;
        std::string phase;
    };
    std::vector<stored_sample> samples() {
        flush();
        std::vector<stored_sample> out;
        for (const auto& [key, v] : meter_values_)
            out.push_back(v);
        return out;
    }
    const std::vector<std::string>& changes() const { return changes_; }
    const std::map<std::string, bool>& decisions() const { return decisions_; }
    charger_state& state() { return *state_; }
    std::vector<std::unique_ptr<scripted>>& log() { return log_; }

    std::vector<price_row> prices = {{{}, {}, {price{500}, price{250}}, {}, {}}};

private:
    std::optional<timestamp> clock(const std::string& text) const {
        if (text.empty() || text == "?") return std::nullopt;
        return at(text);
    }
    std::unique_ptr<scripted> make(const std::string& when, const std::string& received) {
        auto e = std::make_unique<scripted>();
        if (!received.empty())
            now_ = at(received);
        else if (clock(when))
            now_ = at(when);
        e->event.key = state_->key;
        e->event.identity = "CP1";
        e->event.connection = connection_;
        e->event.seq = ++seq_;
        e->event.received_at = now_;
        e->event.protocol = "ocpp1.6";
        return e;
    }
    void add_samples(scripted& e, std::vector<events::sample>& to, const sample_args& a) const {
        const auto add = [&](const std::string& phase, const std::string& wh) {
            events::sample s;
            s.at = clock(a.at);
            s.measurand = "Energy.Active.Import.Register";
            s.value = e.keep(wh);
            s.unit = "Wh";
            s.phase = e.keep(phase);
            s.register_mwh = parse_scaled(wh, 3);
            to.push_back(s);
        };
        if (!a.wh.empty()) add("", a.wh);
        for (const auto& [phase, wh] : a.phases)
            add(phase, wh);
    }
    void fresh_state() {
        state_ = std::make_unique<charger_state>();
        state_->key = {tenant_id{1}, "cp1"};
    }
    template <class Predicate>
    void adopt_latest(std::size_t most, Predicate fits) {
        for (auto it = table_.rbegin(); it != table_.rend() && most > 0; ++it) {
            if (!fits(it->second)) continue;
            state_->adopt(it->second);
            --most;
        }
    }
    void load(const load_request& r) {
        constexpr std::size_t all = 1'000'000;
        if (r.open_sessions) {
            state_->epochs = epoch_window(epochs_);
            adopt_latest(all, [](const session& s) { return s.open(); });
            state_->loaded = true;
        }
        for (const auto& hash : r.identity_hashes)
            adopt_latest(2, [&](const session& s) { return s.identity_hash == hash; });
        for (const auto& key : r.transaction_keys)
            adopt_latest(2, [&](const session& s) { return s.transaction_key == key; });
        for (const auto id : r.ids)
            adopt_latest(1, [&](const session& s) { return s.id == id; });
        if (r.recent) adopt_latest(recent_sessions, [](const session&) { return true; });
        if (r.keyless_orphans_since)
            adopt_latest(recent_sessions, [&](const session& s) {
                return s.orphan() && s.transaction_key.empty() && !s.has_flag(operator_decided) &&
                       *s.ended_at >= *r.keyless_orphans_since;
            });
        for (const auto& id : r.decision_ids)
            if (decisions_.contains(id)) state_->known_decisions.insert(id);
    }
    void write(batch_effects& out) {
        for (auto* s : out.inserted) {
            s->id = session_id{++last_id_};
            for (const auto& [id, row] : table_)
                EXPECT_FALSE(!s->orphan() && row.identity_hash == s->identity_hash &&
                             row.occurrence == s->occurrence)
                    << "the table's unique index";
            table_.emplace(s->id(), *s);
        }
        for (const auto* s : out.updated)
            table_.at(s->id()) = *s;
        for (const auto& r : out.removed) {
            for (auto& [key, v] : meter_values_)
                if (v.session == r.removed->id()) v.session = r.into->id();
            table_.erase(r.removed->id());
        }
        for (const auto& m : out.meter_values) {
            const auto key = std::tuple(m.received_at, to_string(m.connection), m.seq, m.sample);
            meter_values_.insert(
                {key, {m.of ? m.of->target().id() : 0, std::string(m.value), std::string(m.phase)}});
        }
        for (const auto& d : out.rollups) {
            auto& sum = rollups_[{d.day, d.account ? (*d.account)() : 0}];
            sum[0] += d.sessions;
            sum[1] += d.energy_wh;
            sum[2] += d.total_units;
        }
        for (const auto& d : out.counts) {
            EXPECT_NE(d.before, d.after);
            if (d.before) --counts_[{d.before->month, d.before->owner ? (*d.before->owner)() : 0}];
            if (d.after) ++counts_[{d.after->month, d.after->owner ? (*d.after->owner)() : 0}];
        }
        std::erase_if(counts_, [](const auto& c) { return c.second == 0; });
        std::map<std::pair<std::chrono::year_month, std::int64_t>, std::int64_t> really;
        for (const auto& [id, row] : table_) {
            const auto p = presence_of(row);
            ++really[{p->month, p->owner ? (*p->owner)() : 0}];
        }
        EXPECT_EQ(counts_, really) << "counts hold what the table says";
        for (const auto& d : out.decisions)
            decisions_.emplace(d.decision_id, d.applied);
        for (const auto* s : out.epochs)
            epochs_ = s->epochs.entries();
        for (const auto& n : out.changes) {
            const auto c = to_change(n);
            changes_.push_back(c.kind + ' ' + std::to_string(c.id()));
        }
    }

    mode mode_;
    epoch connection_{1, 100};
    std::int64_t seq_ = 0;
    timestamp now_ = at("09:00:00");
    std::unique_ptr<charger_state> state_;
    std::vector<std::unique_ptr<scripted>> log_;
    std::vector<const events::inbound*> batch_;

    std::int64_t last_id_ = 0;
    std::map<std::int64_t, session> table_;
    std::vector<epoch_window::entry> epochs_;
    std::map<std::pair<std::chrono::sys_days, std::int64_t>, std::array<std::int64_t, 3>> rollups_;
    std::map<std::pair<std::chrono::year_month, std::int64_t>, std::int64_t> counts_; // month, owner
    std::map<std::tuple<timestamp, std::string, std::int64_t, std::int32_t>, stored_sample> meter_values_;
    std::map<std::string, bool> decisions_;
    std::vector<std::string> changes_;
};

} // namespace voltlane::domain::test
