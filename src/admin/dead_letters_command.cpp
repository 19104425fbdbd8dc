#include "admin/dead_letters_command.hpp"

#include "admin/topic_scan.hpp"
#include "shared/base/json.hpp"
#include "shared/events/changes.hpp"
#include "shared/events/topics.hpp"

#include <map>

namespace voltlane::admin {
namespace {

std::string line_of(const kafka::record_view& r) {
    const auto d = events::parse_dead_letter(r.value());
    std::string place =
        std::string(r.topic()) + '[' + std::to_string(r.partition()) + "]@" + std::to_string(r.offset());
    if (!d) return "(unreadable: " + place + ")";
    std::string out = format_seconds(d->at) + ' ' + d->topic + '[' + std::to_string(d->partition()) + "]@" +
                      std::to_string(d->offset()) + " key ";
    // A charger chose these texts: quoted, so that they cannot steer a terminal.
    jsonio::append_string(out, d->key);
    out += ": ";
    jsonio::append_string(out, d->reason);
    return out;
}

} // namespace

void list_dead_letters(session& s, std::size_t limit, bool whole) {
    std::multimap<std::int64_t, std::string> newest; // by the record's time; at most `limit`
    std::size_t total = 0;
    scan_topic(s.kafka_client(), std::string(events::topic::dead_letter), [&](const kafka::record_view& r) {
        ++total;
        newest.emplace(r.timestamp_ms(), whole ? std::string(r.value()) : line_of(r));
        if (newest.size() > limit) newest.erase(newest.begin());
    });
    for (const auto& [at, text] : newest)
        s.out() << text << '\n';
    if (!whole) s.out() << newest.size() << " of " << total << " dead letters\n";
}

} // namespace voltlane::admin
