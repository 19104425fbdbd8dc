#include "gateway/views/directory_view.hpp"

#include <utility>

namespace voltlane::gateway {

const events::charge_point_entry* tenant_view::charge_point(std::string_view canonical_id) const {
    const auto at = charge_points_.find(canonical_id);
    return at == charge_points_.end() ? nullptr : &std::get<events::charge_point_entry>(at->second->entry);
}

const events::id_tag_entry* tenant_view::tag(std::string_view folded) const {
    const auto at = tags_.find(folded);
    return at == tags_.end() ? nullptr : &std::get<events::id_tag_entry>(at->second->entry);
}

vouch_state* tenant_view::vouch(std::string_view canonical_id, std::string_view folded_tag) {
    return vouches_.find(canonical_id, folded_tag);
}

bool tenant_view::take_newcomer(std::string_view canonical_id, timestamp now) {
    if (const auto at = newcomers_.find(canonical_id); at != newcomers_.end()) {
        at->second = now;
        return true;
    }
    if (std::cmp_greater_equal(charge_points(), settings.max_charge_points)) return false;
    newcomers_.emplace(canonical_id, now);
    return true;
}

void tenant_view::add_vouch(const charger_key& key, const events::command& c) {
    if (!c.vouch) return;
    vouches_.put({.key = key,
                  .id_tag_folded = c.vouch->id_tag_folded,
                  .command = c.id(),
                  .account = c.vouch->account,
                  .user_type = c.vouch->user_type,
                  .from = c.created_at,
                  .until = c.vouch->until});
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
    see(&t);
    const bool key_changed = !t.settings.key_hash.empty() && t.settings.key_hash != e.key_hash;
    t.settings = e;
    by_key_hash_[e.key_hash] = &t;
    if (!key_changed) return;
    ++t.key_version;
    if (on_key_changed) on_key_changed(e.id);
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
    see(news.get());
    if (was_known && !is_known) --t.known_;
    if (!was_known && is_known) ++t.known_;
    if (const auto at = t.newcomers_.find(e.key.charge_point); !news->tombstone && at != t.newcomers_.end())
        t.newcomers_.erase(at); // registered, or deleted: counted above, or not at all
    if (!news->tombstone && e.deleted && on_charge_point_gone) on_charge_point_gone(e.key);
}

void directory_view::apply_tag(const directory_news& news, const events::id_tag_entry& e) {
    auto& t = make_tenant(e.tenant);
    if (news->tombstone)
        t.tags_.erase(e.id_tag_folded);
    else
        t.tags_[e.id_tag_folded] = news;
    see(news.get());
}

void directory_view::apply_vouch(const events::vouch_entry& e, bool tombstone) {
    auto& t = make_tenant(e.key.tenant);
    if (tombstone)
        t.vouches_.erase(e.key.charge_point, e.id_tag_folded);
    else
        t.vouches_.put(e);
}

void directory_view::begin_replay() {
    seen_ = std::make_unique<std::unordered_set<const void*>>();
}

void directory_view::see(const void* what) {
    if (seen_) seen_->insert(what);
}

void directory_view::end_replay() {
    if (!seen_) return;
    std::vector<tenant_id> gone;
    for (auto& [id, t] : tenants_) {
        drop_unseen(*t);
        if (t->active && !seen_->contains(t.get())) gone.push_back(id);
    }
    for (const auto id : gone)
        apply_tenant(events::tenant_entry{.id = id}, true);
    seen_.reset();
}

void directory_view::drop_unseen(tenant_view& t) {
    const auto unseen = [this](const auto& e) {
        return !seen_->contains(e.second.get());
    };
    std::erase_if(t.tags_, unseen);
    std::vector<charger_key> gone;
    std::erase_if(t.charge_points_, [&](const auto& e) {
        if (!unseen(e)) return false;
        const auto& known = std::get<events::charge_point_entry>(e.second->entry);
        if (!known.deleted) gone.push_back(known.key);
        return true;
    });
    t.known_ -= gone.size();
    for (const auto& key : gone)
        if (on_charge_point_gone) on_charge_point_gone(key);
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

void directory_view::forget_old(timestamp now) {
    for (auto& [id, t] : tenants_) {
        t->vouches_.forget_ended_before(now - vouch_memory);
        std::erase_if(t->newcomers_,
                      [now](const auto& n) { return n.second + tenant_view::newcomer_grace < now; });
    }
}

std::uint64_t directory_view::vouches_evicted() const noexcept {
    std::uint64_t all = 0;
    for (const auto& [id, t] : tenants_)
        all += t->vouches_.evicted();
    return all;
}

} // namespace voltlane::gateway
