#include "gateway/views/directory_view.hpp"

namespace voltlane::gateway {

const events::charge_point_entry* tenant_view::charge_point(std::string_view canonical_id) const {
    const auto at = charge_points_.find(canonical_id);
    return at == charge_points_.end() ? nullptr : &std::get<events::charge_point_entry>(at->second->entry);
}

const events::id_tag_entry* tenant_view::tag(std::string_view folded) const {
    const auto at = tags_.find(folded);
    return at == tags_.end() ? nullptr : &std::get<events::id_tag_entry>(at->second->entry);
}

// Ids hold no slash (ocpp/charge_point_id.hpp), so the pair cannot be mistaken.
std::string tenant_view::vouch_key(std::string_view canonical_id, std::string_view folded_tag) {
    std::string key(canonical_id);
    key += '/';
    key += folded_tag;
    return key;
}

vouch_state* tenant_view::vouch(std::string_view canonical_id, std::string_view folded_tag) {
    if (vouches_.empty()) return nullptr;
    const auto at = vouches_.find(vouch_key(canonical_id, folded_tag));
    return at == vouches_.end() ? nullptr : &at->second;
}

void tenant_view::add_vouch(const charger_key& key, const events::command& c) {
    if (!c.vouch) return;
    auto& state = vouches_[vouch_key(key.charge_point, c.vouch->id_tag_folded)];
    if (state.entry.command == c.id()) return; // the directory's copy was faster
    state = {{.key = key,
              .id_tag_folded = c.vouch->id_tag_folded,
              .command = c.id(),
              .account = c.vouch->account,
              .user_type = c.vouch->user_type,
              .from = c.created_at,
              .until = c.vouch->until},
             {}};
}

void directory_view::apply(const events::directory_entry& entry) {
    apply(std::make_shared<const events::directory_record>(events::directory_record{entry, false}));
}

void directory_view::apply(const directory_news& news) {
    const bool tombstone = news->tombstone;
    if (const auto* t = std::get_if<events::tenant_entry>(&news->entry))
        apply_tenant(*t, tombstone);
    else if (const auto* c = std::get_if<events::charge_point_entry>(&news->entry))
        apply_charge_point(news, *c);
    else if (const auto* tag = std::get_if<events::id_tag_entry>(&news->entry))
        apply_tag(news, *tag);
    else if (const auto* v = std::get_if<events::vouch_entry>(&news->entry))
        apply_vouch(*v, tombstone);
    else if (const auto* g = std::get_if<events::generation_entry>(&news->entry); g && !tombstone)
        generations_[g->topic] = g->generation;
}

tenant_view& directory_view::make_tenant(tenant_id id) {
    auto& slot = tenants_[id];
    if (!slot) slot = std::make_unique<tenant_view>(id);
    return *slot;
}

void directory_view::apply_tenant(const events::tenant_entry& e, bool tombstone) {
    auto& t = make_tenant(e.id);
    if (const auto old = by_key_hash_.find(t.settings.key_hash);
        old != by_key_hash_.end() && old->second == &t)
        by_key_hash_.erase(old); // the key was rotated, or the tenant is gone
    t.active = !tombstone;
    if (tombstone) {
        if (on_tenant_gone) on_tenant_gone(e.id);
        return;
    }
    t.settings = e;
    by_key_hash_[e.key_hash] = &t;
}

void directory_view::apply_charge_point(const directory_news& news, const events::charge_point_entry& e) {
    auto& t = make_tenant(e.key.tenant);
    const auto* before = t.charge_point(e.key.charge_point);
    const bool was_known = before != nullptr && !before->deleted;
    const bool is_known = !news->tombstone && !e.deleted;
    if (news->tombstone)
        t.charge_points_.erase(e.key.charge_point);
    else
        t.charge_points_[e.key.charge_point] = news;
    if (was_known && !is_known) --t.known_;
    if (!was_known && is_known) {
        ++t.known_;
        if (on_charge_point_known) on_charge_point_known(e.key);
    }
    if (!news->tombstone && e.deleted && on_charge_point_gone) on_charge_point_gone(e.key);
}

void directory_view::apply_tag(const directory_news& news, const events::id_tag_entry& e) {
    auto& t = make_tenant(e.tenant);
    if (news->tombstone)
        t.tags_.erase(e.id_tag_folded);
    else
        t.tags_[e.id_tag_folded] = news;
}

void directory_view::apply_vouch(const events::vouch_entry& e, bool tombstone) {
    auto& t = make_tenant(e.key.tenant);
    auto key = tenant_view::vouch_key(e.key.charge_point, e.id_tag_folded);
    if (tombstone) {
        t.vouches_.erase(key);
        return;
    }
    auto& state = t.vouches_[std::move(key)];
    if (state.entry.command != e.command) state.bound_to.clear(); // another command's: unused so far
    state.entry = e;
}

tenant_view* directory_view::tenant_by_key_hash(std::string_view hash) {
    const auto at = by_key_hash_.find(hash);
    return at == by_key_hash_.end() ? nullptr : at->second;
}

tenant_view* directory_view::tenant(tenant_id id) {
    const auto at = tenants_.find(id);
    return at == tenants_.end() ? nullptr : at->second.get();
}

std::int32_t directory_view::generation(std::string_view topic) const {
    const auto at = generations_.find(topic);
    return at == generations_.end() ? 0 : at->second;
}

void directory_view::forget_old_vouches(timestamp now) {
    for (auto& [id, t] : tenants_)
        std::erase_if(t->vouches_,
                      [now](const auto& v) { return v.second.entry.until + vouch_memory < now; });
}

} // namespace voltlane::gateway
