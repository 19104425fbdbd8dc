#include "admin/republish.hpp"

#include "admin/failure.hpp"
#include "admin/secrets.hpp"
#include "admin/topic_scan.hpp"
#include "shared/base/clock.hpp"
#include "shared/events/directory.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/directory_pages.hpp"

#include <map>
#include <vector>

namespace voltlane::admin {
namespace {

// Rows that are locked at a time while their entries are queued: well below a second.
constexpr std::int64_t page_rows = 1000;
// Keys that writers wait for at a time.
constexpr std::size_t page_tombstones = 1000;
// A start that was queued offline may come this late and still lie in its vouch's time
// (docs/architecture.md).
constexpr auto vouch_keep = std::chrono::days{31};

struct topic_contents {
    std::map<std::string, events::directory_entry> live; // by key; the newest of each
    std::set<std::string> unreadable;
};

topic_contents read_topic(session& s) {
    topic_contents all;
    scan_topic(s.kafka_client(), std::string(events::topic::directory), [&](const kafka::record_view& r) {
        const std::string key(r.key());
        all.live.erase(key);
        all.unreadable.erase(key);
        if (r.tombstone()) return;
        auto record = events::parse_directory(key, r.value());
        if (record)
            all.live.emplace(key, std::move(record->entry));
        else
            all.unreadable.insert(key);
    });
    return all;
}

bool may_be_needed(const events::directory_entry& e, timestamp now) {
    const auto* vouch = std::get_if<events::vouch_entry>(&e);
    return vouch != nullptr && vouch->until + vouch_keep > now;
}

} // namespace

std::set<std::string> queue_everything(pg::database& db) {
    std::set<std::string> keys;
    store::directory_position at;
    while (at.part != store::directory_part::end) {
        auto page = db.run(
            [&](pg::transaction& t) { return store::queue_directory_page(t, at, page_rows, hash_url_key); });
        keys.insert(page.keys.begin(), page.keys.end());
        at = page.next;
    }
    return keys;
}

void republish(session& s) {
    auto& db = s.database();
    // Read first: a key that comes later was queued by whoever wrote its row.
    const auto contents = read_topic(s);
    const auto published = queue_everything(db);
    const auto now = system_clock().now();

    std::vector<events::directory_entry> candidates;
    std::size_t removed = 0;
    const auto flush = [&] {
        if (!candidates.empty())
            removed += db.run([&](pg::transaction& t) { return store::queue_tombstones(t, candidates); });
        candidates.clear();
    };
    for (const auto& [key, entry] : contents.live) {
        if (published.contains(key) || may_be_needed(entry, now)) continue;
        candidates.push_back(entry);
        if (candidates.size() == page_tombstones) flush();
    }
    flush();
    s.out() << published.size() << " entries and " << removed << " tombstones queued for "
            << events::topic::directory << '\n';
    std::size_t left = 0;
    for (const auto& key : contents.unreadable)
        left += published.contains(key) ? 0 : 1;
    if (left > 0) s.out() << left << " records of unknown kinds were left alone\n";
}

} // namespace voltlane::admin
