#include "workers/runtime/batch_writer.hpp"

#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/events/changes.hpp"
#include "shared/events/codec.hpp"
#include "shared/events/topics.hpp"

#include <new>

namespace voltlane::workers {
namespace {

spdlog::logger& log() {
    static const auto logger = voltlane::log::get("workers");
    return *logger;
}

} // namespace

batch_outcome batch_writer::write(pg::database& db, partition_handler& handler,
                                  std::span<const source_record> records, std::int64_t from,
                                  std::int64_t to) {
    work w{handler, records, from, to, {}, {}};
    std::vector<bool> bad(records.size());
    for (auto& [index, reason] : handler.prepare(records)) {
        bad[index] = true;
        w.dead_letters.push_back(dead_letter(records[index], std::move(reason)));
    }
    for (std::size_t i = 0; i < records.size(); ++i)
        if (!bad[i]) w.readable.push_back(i);
    batch_outcome outcome{};
    try {
        outcome = at_once(db, w);
    } catch (const pg::failure& f) {
        if (!f.refused_data()) throw;
        log().warn("pool {} partition {}: batch at offset {} refused ({}), redone event by event",
                   place_.pool, place_.partition, from, f.what());
        outcome = one_by_one(db, w);
    } catch (const std::bad_alloc&) {
        throw; // says nothing of the events: try again
    } catch (const std::exception& e) {
        log().error("pool {} partition {}: batch at offset {} failed ({}), redone event by event",
                    place_.pool, place_.partition, from, e.what());
        outcome = one_by_one(db, w);
    }
    if (outcome == batch_outcome::fenced) {
        metrics_.fenced.Increment();
        handler.forget();
        return outcome;
    }
    metrics_.batches.Increment();
    metrics_.events.Increment(static_cast<double>(records.size()));
    metrics_.dead_letters.Increment(static_cast<double>(w.dead_letters.size()));
    return outcome;
}

template <class Effects>
batch_outcome batch_writer::commit(pg::database& db, work& w, Effects&& effects) {
    try {
        const bool moved = db.run([&](pg::transaction& t) {
            w.handler.rolled_back(); // what an attempt before this one (a deadlock) left in memory
            if (!store::move_offset(t, place_, w.from, w.to)) return false;
            effects(t);
            return true;
        });
        if (!moved) return batch_outcome::fenced;
        w.handler.committed();
        return batch_outcome::written;
    } catch (const pg::failure& f) {
        if (f.kind() != pg::failure_kind::in_doubt) {
            w.handler.rolled_back();
            throw;
        }
    } catch (...) {
        w.handler.rolled_back();
        throw;
    }
    // The connection broke at commit. Where it did commit, the position says so; else the batch is still to
    // be written. (A commit that lands later meets the next attempt's compare-and-set.) What memory holds is
    // unsure: read it anew.
    w.handler.forget();
    metrics_.in_doubt.Increment();
    const auto now = db.read([&](pg::transaction& t) { return store::read_offset(t, place_); });
    log().warn("pool {} partition {}: commit of {}..{} in doubt, position is now {}", place_.pool,
               place_.partition, w.from, w.to, now.value_or(-1));
    if (now == w.to) return batch_outcome::written;
    if (now != w.from) return batch_outcome::fenced;
    throw pg::failure(pg::failure_kind::unavailable, {}, "commit in doubt was not carried out");
}

batch_outcome batch_writer::at_once(pg::database& db, work& w) {
    return commit(db, w, [&](pg::transaction& t) {
        if (!w.readable.empty()) w.handler.write(t, w.readable);
        store::queue(t, w.dead_letters);
    });
}

batch_outcome batch_writer::one_by_one(pg::database& db, work& w) {
    const auto unreadable = w.dead_letters.size();
    return commit(db, w, [&](pg::transaction& t) {
        w.dead_letters.resize(unreadable); // repeated after a deadlock
        for (const auto i : w.readable) {
            try {
                t.nested([&] { w.handler.write(t, {&i, 1}); });
            } catch (const pg::failure& f) {
                if (!f.refused_data()) throw;
                w.dead_letters.push_back(dead_letter(w.records[i], f.what()));
            } catch (const std::bad_alloc&) {
                throw;
            } catch (const std::exception& e) {
                w.dead_letters.push_back(dead_letter(w.records[i], e.what()));
            }
        }
        store::queue(t, w.dead_letters);
    });
}

store::outbox_record batch_writer::dead_letter(const source_record& r, std::string reason) const {
    log().error("pool {} {}/{} offset {}: to the dead letter: {}", place_.pool, place_.topic,
                place_.partition, r.offset, reason);
    events::dead_letter d;
    d.topic = place_.topic;
    d.partition = partition_id{place_.partition};
    d.offset = log_offset{r.offset};
    d.key = r.key;
    d.value = r.value;
    d.reason = place_.pool + ": " + reason;
    d.at = clock_.now();
    // The outbox holds text; a key that is none (nobody of ours wrote that record) goes as hex.
    auto key = events::codec::is_utf8(r.key) ? std::string(r.key) : to_hex(r.key);
    return {std::string(events::topic::dead_letter), std::move(key), events::encode(d),
            events::changes_version};
}

} // namespace voltlane::workers
