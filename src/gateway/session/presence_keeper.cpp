#include "gateway/session/presence_keeper.hpp"

namespace voltlane::gateway {

presence_keeper::verdict presence_keeper::set(const epoch& e) {
    epoch_ = e;
    latest_ = e;
    if (newest_seen_ > e) return verdict::superseded;
    if (last_place_ > e && last_speaks_of_ < e) return verdict::hold;
    return verdict::known;
}

presence_keeper::verdict presence_keeper::on_report(std::int64_t offset) {
    if (epoch_.known() || offset < 0) return verdict::nothing; // read back before, or to be read back
    return set({generation_, offset});
}

presence_keeper::verdict presence_keeper::on_note(const presence_note& note) {
    const auto& r = note.record;
    const bool own =
        r.state == events::presence_state::opened && r.instance == instance_ && r.at == opened_at_;
    if (own) {
        if (!epoch_.known()) return set(note.place);
        // A repeated publication left two records: readers go by the last one.
        if (note.place > latest_) latest_ = note.place;
        return verdict::nothing;
    }
    const auto& speaks_of = note.speaks_of();
    if (!epoch_.known()) {
        if (speaks_of > newest_seen_) newest_seen_ = speaks_of;
        last_place_ = note.place;
        last_speaks_of_ = speaks_of;
        return verdict::nothing;
    }
    if (is_ours(speaks_of)) return verdict::nothing;
    if (speaks_of > latest_) return verdict::superseded;
    return note.place > latest_ ? verdict::hold : verdict::nothing;
}

} // namespace voltlane::gateway
