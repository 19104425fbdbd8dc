#include "workers/pools/sessions_pool.hpp"

#include "shared/domain/session/fold.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/charge_point_ids.hpp"
#include "shared/store/meter_values.hpp"
#include "shared/store/outbox.hpp"
#include "shared/store/session_counts.hpp"
#include "shared/store/session_loading.hpp"
#include "shared/store/session_writing.hpp"
#include "workers/pools/charger_batch.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace voltlane::workers {
namespace {

using domain::batch_effects;
using domain::charger_state;
using namespace std::chrono_literals;

// Charge points kept in memory per partition, about 2 KB each with an open session. Beyond it all of them are
// dropped and read again when they speak: 64 partitions then hold more than a million chargers, which is
// another deployment.
constexpr std::size_t most_cached = 20'000;
// A session's progress is told at most this often (architecture, "Server-sent events"); its start and end
// always.
constexpr auto update_every = 5s;

class sessions_partition final : public partition_handler {
public:
    explicit sessions_partition(std::int32_t partition) : partition_(partition) {}

    std::vector<unreadable_record> prepare(std::span<const source_record> records) override {
        return batch_.parse(records);
    }

    void write(pg::transaction& t, std::span<const std::size_t> which) override {
        const auto groups = batch_.by_charger(which);
        for (const auto& g : groups)
            touched_.insert(*g.key);
        try {
            write(t, groups);
        } catch (...) {
            // Memory may hold half of the fold: these chargers are read again.
            for (const auto& g : groups)
                chargers_.erase(*g.key);
            throw;
        }
    }

    void committed() override {
        touched_.clear();
        if (chargers_.size() > most_cached) forget();
    }

    void rolled_back() override {
        if (!touched_.empty()) told_.clear(); // what was not committed was not told
        for (const auto& key : touched_)
            chargers_.erase(key);
        touched_.clear();
    }

    void forget() override {
        chargers_.clear();
        told_.clear();
        touched_.clear();
    }

private:
    using groups = std::vector<charger_batch::group>;

    void write(pg::transaction& t, const groups& all) {
        const auto states = find_states(t, all);
        load(t, all, states);
        const auto prices = load_prices(t, all, states);
        batch_effects effects;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto found = prices.find(states[i]);
            const auto rows = found == prices.end() ? std::span<const domain::price_row>{} : found->second;
            for (const auto* event : all[i].events)
                domain::apply(*states[i], *event, rows, effects);
            domain::harvest(*states[i], effects);
        }
        write(t, effects);
        for (auto* state : states)
            domain::settle(*state);
    }

    std::vector<charger_state*> find_states(pg::transaction& t, const groups& all) {
        std::vector<charger_state*> states;
        std::vector<store::charge_point_ref> unknown;
        for (const auto& g : all) {
            auto& state = chargers_[*g.key];
            if (!state) {
                state = std::make_unique<charger_state>();
                state->key = *g.key;
                unknown.push_back({*g.key, std::string(g.events.front()->identity)});
            }
            states.push_back(state.get());
        }
        if (unknown.empty()) return states;
        store::ensure_charge_points(t, unknown);
        for (const auto& ref : unknown) {
            auto& state = *chargers_.at(ref.key);
            state.charge_point = ref.id;
            state.identity = ref.identity;
        }
        return states;
    }

    static void load(pg::transaction& t, const groups& all, const std::vector<charger_state*>& states) {
        std::vector<store::fold_load> loads;
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto request = domain::needs(*states[i], all[i].events);
            if (!request.empty()) loads.push_back({states[i], std::move(request)});
        }
        if (!loads.empty()) store::load_sessions(t, loads);
    }

    using price_rows = std::unordered_map<const charger_state*, std::vector<domain::price_row>>;
    static price_rows load_prices(pg::transaction& t, const groups& all,
                                  const std::vector<charger_state*>& states) {
        std::vector<store::price_load> loads;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (auto request = domain::price_needs(*states[i], all[i].events))
                loads.push_back({states[i], std::move(*request), {}});
        store::load_prices(t, loads);
        price_rows rows;
        for (auto& l : loads)
            rows.emplace(l.state, std::move(l.rows));
        return rows;
    }

    void write(pg::transaction& t, const batch_effects& effects) {
        store::insert_sessions(t, effects.inserted, effects.owners_inserted);
        store::update_sessions(t, effects.updated);
        store::insert_meter_values(t, effects.meter_values);
        store::remove_sessions(t, effects.removed);
        store::add_rollups(t, effects.rollups, partition_);
        store::add_months(t, effects.counts, effects.rollups, partition_);
        store::remember_users(t, effects.counts);
        store::insert_decisions(t, effects.decisions);
        store::write_epochs(t, effects.epochs);
        std::vector<store::outbox_record> changes;
        for (const auto& note : effects.changes) {
            if (!worth_telling(note)) continue;
            changes.push_back({std::string(events::topic::sessions), to_string(note.charger->key),
                               events::encode(domain::to_change(note)), events::changes_version});
        }
        store::queue(t, changes);
    }

    bool worth_telling(const domain::change_note& note) {
        const auto id = note.of->id();
        if (!note.of->open()) {
            told_.erase(id);
            return true;
        }
        if (note.kind != "updated") return true;
        auto& last = told_[id];
        if (note.of->updated_at - last < update_every && note.of->updated_at >= last) return false;
        last = note.of->updated_at;
        return true;
    }

    std::int32_t partition_;
    charger_batch batch_;
    std::unordered_map<charger_key, std::unique_ptr<charger_state>> chargers_;
    std::unordered_set<charger_key> touched_;          // since the last commit
    std::unordered_map<std::int64_t, timestamp> told_; // session -> when its progress was told last
};

class sessions_pool final : public partitioned_pool {
public:
    std::string_view name() const override { return "sessions"; }
    std::string_view topic() const override { return events::topic::inbound; }
    int schema_version() const override { return events::inbound_version; }
    bool concerns(std::string_view value) const override {
        static constexpr std::string_view kinds[] = {"sampled", "started", "ended", "decided", ""};
        const auto kind = peek_kind(value);
        return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
    }
    std::unique_ptr<partition_handler> open(std::int32_t partition) override {
        return std::make_unique<sessions_partition>(partition);
    }
};

} // namespace

std::unique_ptr<partitioned_pool> make_sessions_pool() {
    return std::make_unique<sessions_pool>();
}

} // namespace voltlane::workers
