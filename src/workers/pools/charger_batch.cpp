#include "workers/pools/charger_batch.hpp"

#include <algorithm>
#include <unordered_map>

namespace voltlane::workers {

std::vector<unreadable_record> charger_batch::parse(std::span<const source_record> records) {
    std::vector<unreadable_record> unreadable;
    records_.clear();
    records_.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        auto parsed = events::inbound_record::parse(records[i].value);
        if (!parsed) {
            unreadable.push_back({i, "not an event of ocpp.inbound"});
            records_.emplace_back();
        } else if (to_string(parsed->event().key) != records[i].key) {
            unreadable.push_back({i, "the record's key is another charger's"});
            records_.emplace_back();
        } else {
            records_.emplace_back(std::move(*parsed));
        }
    }
    return unreadable;
}

std::vector<charger_batch::group> charger_batch::by_charger(std::span<const std::size_t> which) const {
    std::vector<group> groups;
    std::unordered_map<charger_key, std::size_t> places;
    places.reserve(which.size());
    for (const auto i : which) {
        const auto& e = event(i);
        const auto [place, made] = places.try_emplace(e.key, groups.size());
        if (made) groups.push_back({&e.key, {}});
        groups[place->second].events.push_back(&e);
    }
    std::sort(groups.begin(), groups.end(), [](const group& a, const group& b) { return *a.key < *b.key; });
    return groups;
}

std::string_view peek_kind(std::string_view value) {
    // Inside of a JSON string the quotes would be escaped, so the first match is the member.
    constexpr std::string_view mark = R"(,"kind":")";
    const auto at = value.find(mark);
    if (at == std::string_view::npos) return {};
    const auto from = at + mark.size();
    const auto to = value.find('"', from);
    return to == std::string_view::npos ? std::string_view{} : value.substr(from, to - from);
}

} // namespace voltlane::workers
