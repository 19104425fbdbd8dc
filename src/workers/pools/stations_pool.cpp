#include "workers/pools/stations_pool.hpp"

#include "shared/events/topics.hpp"
#include "shared/store/charge_point_ids.hpp"
#include "shared/store/outbox.hpp"
#include "shared/store/station_rows.hpp"
#include "workers/pools/charger_batch.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace voltlane::workers {
namespace {

// Charge points kept in memory per partition, some 300 bytes each. Beyond it all are dropped and looked up
// again.
constexpr std::size_t most_cached = 50'000;

// Connectors 0 .. 256 of a charge point are kept, others left out: each is a row, and a part of every
// csms.stations record of that charger; one that counts its connector numbers up would make them grow for
// ever. OCPP 1.6 numbers connectors from 1 without gaps, and the largest cabinets have some dozens.
constexpr std::int64_t most_connectors = 256;

// What csms.stations was told last, as far as this process knows.
struct known_station {
    std::int64_t id = 0;
    std::map<std::int64_t, std::pair<std::string, std::string>> connectors; // status, error code
};

class stations_partition final : public partition_handler {
public:
    explicit stations_partition(const stations_metrics& metrics) : metrics_(metrics) {}

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
            for (const auto& g : groups)
                stations_.erase(*g.key);
            throw;
        }
    }

    void committed() override {
        touched_.clear();
        if (stations_.size() > most_cached) stations_.clear();
    }
    void rolled_back() override {
        for (const auto& key : touched_)
            stations_.erase(key);
        touched_.clear();
    }
    void forget() override {
        stations_.clear();
        touched_.clear();
    }

private:
    struct effects {
        std::vector<store::connector_report> connectors;
        std::vector<store::station_report> stations;
        std::vector<store::station_notice> notices;
        std::vector<std::int64_t> changed; // whose csms.stations entry is to be told
    };

    void write(pg::transaction& t, const std::vector<charger_batch::group>& groups) {
        std::vector<store::charge_point_ref> unknown;
        for (const auto& g : groups)
            if (!stations_.contains(*g.key))
                unknown.push_back({*g.key, std::string(g.events.front()->identity)});
        effects out;
        if (!unknown.empty()) {
            store::ensure_charge_points(t, unknown);
            for (const auto& ref : unknown) {
                stations_[ref.key].id = ref.id;
                if (ref.created) out.changed.push_back(ref.id);
            }
        }
        for (const auto& g : groups)
            collect(g, stations_.at(*g.key), out);
        store::write_connectors(t, out.connectors);
        store::write_stations(t, out.stations);
        store::insert_notices(t, out.notices);
        tell(t, out.changed);
    }

    void collect(const charger_batch::group& g, known_station& station, effects& out) const {
        std::map<std::int64_t, store::connector_report> connectors;
        store::station_report report;
        report.charge_point = station.id;
        bool changed = false;
        for (const auto* e : g.events) {
            if (const auto* s = std::get_if<events::status_changed>(&e->input)) {
                if (s->connector < 0 || s->connector > most_connectors) {
                    metrics_.refused_connectors.Increment();
                    continue;
                }
                connectors[s->connector] = connector_of(station.id, *s, e->received_at);
                report.latest = {s->connector, std::string(s->status), e->received_at};
                auto& last = station.connectors[s->connector];
                const std::pair<std::string, std::string> now{s->status, s->error_code};
                changed |= last != now;
                last = now;
            } else if (const auto* b = std::get_if<events::booted>(&e->input)) {
                report.booted = {std::string(b->vendor), std::string(b->model), std::string(b->serial),
                                 std::string(b->firmware), e->received_at};
                changed = true;
            } else if (const auto* n = std::get_if<events::noticed>(&e->input)) {
                out.notices.push_back({station.id, e->connection, e->seq, e->received_at,
                                       std::string(n->kind), std::string(n->status), std::string(n->detail),
                                       n->request_id});
            }
        }
        for (auto& [number, connector] : connectors)
            out.connectors.push_back(std::move(connector));
        if (report.latest || report.booted) out.stations.push_back(std::move(report));
        if (changed && std::find(out.changed.begin(), out.changed.end(), station.id) == out.changed.end())
            out.changed.push_back(station.id);
    }

    static store::connector_report connector_of(std::int64_t charge_point, const events::status_changed& s,
                                                timestamp received_at) {
        store::connector_report r;
        r.charge_point = charge_point;
        r.connector = s.connector;
        r.status = s.status;
        r.error_code = s.error_code;
        r.info = s.info;
        r.vendor_id = s.vendor_id;
        r.vendor_error_code = s.vendor_error_code;
        r.reported_at = s.at;
        r.updated = received_at;
        return r;
    }

    static void tell(pg::transaction& t, const std::vector<std::int64_t>& changed) {
        if (changed.empty()) return;
        std::vector<store::outbox_record> records;
        for (const auto& c : store::read_stations(t, changed))
            records.push_back({std::string(events::topic::stations), to_string(c.key), events::encode(c),
                               events::changes_version});
        store::queue(t, records);
    }

    stations_metrics metrics_;
    charger_batch batch_;
    std::unordered_map<charger_key, known_station> stations_;
    std::unordered_set<charger_key> touched_; // since the last commit
};

class stations_pool final : public partitioned_pool {
public:
    explicit stations_pool(const stations_metrics& metrics) : metrics_(metrics) {}
    std::string_view name() const override { return "stations"; }
    std::string_view topic() const override { return events::topic::inbound; }
    int schema_version() const override { return events::inbound_version; }
    bool concerns(std::string_view value) const override {
        static constexpr std::string_view kinds[] = {"status_changed", "booted", "noticed", "opened", ""};
        const auto kind = peek_kind(value);
        return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
    }
    std::unique_ptr<partition_handler> open(std::int32_t) override {
        return std::make_unique<stations_partition>(metrics_);
    }

private:
    stations_metrics metrics_;
};

} // namespace

std::unique_ptr<partitioned_pool> make_stations_pool(const stations_metrics& metrics) {
    return std::make_unique<stations_pool>(metrics);
}

} // namespace voltlane::workers
