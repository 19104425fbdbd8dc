#pragma once

#include "gateway/views/text_map.hpp"
#include "shared/base/clock.hpp"
#include "shared/events/command.hpp"
#include "shared/events/directory.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace voltlane::gateway {

// A record of csms.directory, read once, shared by the views of all shards.
using directory_news = std::shared_ptr<const events::directory_record>;

// An account's word for a charger and tag, and the start that used it first.
struct vouch_state {
    events::vouch_entry entry;
    std::string bound_to; // identity hash; empty: none yet
};

// One tenant as csms.directory describes it. Addresses are stable: connections keep a pointer while they live
// (a tenant that is taken away becomes inactive, its object stays).
class tenant_view {
public:
    explicit tenant_view(tenant_id id) { settings.id = id; }

    events::tenant_entry settings;
    bool active = false; // false: no `tenant` entry, or a tombstone

    // nullptr: no such entry. Deleted charge points are found, with `deleted` set.
    const events::charge_point_entry* charge_point(std::string_view canonical_id) const;
    const events::id_tag_entry* tag(std::string_view folded) const;
    vouch_state* vouch(std::string_view canonical_id, std::string_view folded_tag);

    // Not deleted ones, and what connected here before the directory knew it.
    std::size_t charge_points() const noexcept { return known_ + unregistered; }
    std::size_t unregistered = 0;

    // From a command, before its frame is written; the directory's copy replaces it.
    void add_vouch(const charger_key& key, const events::command& c);

private:
    friend class directory_view;
    static std::string vouch_key(std::string_view canonical_id, std::string_view folded_tag);

    text_map<directory_news> charge_points_;
    text_map<directory_news> tags_;
    text_map<vouch_state> vouches_;
    std::size_t known_ = 0;
};

// What a shard knows without asking anyone: tenants by the hash of their URL key, charge points, tags,
// vouches, generations.
//
// Written by one reader's records, read by the sessions of its shard: no locks. apply() in the order of the
// log per key.
class directory_view {
public:
    // Vouches are kept this long past their end, for starts that come late from an offline queue.
    static constexpr std::chrono::hours vouch_memory{24};

    // What a change asks of live connections.
    using charge_point_gone = std::function<void(const charger_key&)>;  // deleted: close it
    using charge_point_known = std::function<void(const charger_key&)>; // registered by a worker
    std::function<void(tenant_id)> on_tenant_gone;                      // its chargers' connections close
    charge_point_gone on_charge_point_gone;
    charge_point_known on_charge_point_known;

    void apply(const directory_news& news);
    void apply(const events::directory_entry& entry); // for tests

    // By SHA-256 of the URL key, lower-case hex. nullptr: no such tenant.
    tenant_view* tenant_by_key_hash(std::string_view hash);
    tenant_view* tenant(tenant_id id);
    // 0 until the directory names one.
    std::int32_t generation(std::string_view topic) const;

    // Forgets vouches that ended long ago; once a minute is enough.
    void forget_old_vouches(timestamp now);

private:
    tenant_view& make_tenant(tenant_id id);
    void apply_tenant(const events::tenant_entry& e, bool tombstone);
    void apply_charge_point(const directory_news& news, const events::charge_point_entry& e);
    void apply_tag(const directory_news& news, const events::id_tag_entry& e);
    void apply_vouch(const events::vouch_entry& e, bool tombstone);

    std::unordered_map<tenant_id, std::unique_ptr<tenant_view>> tenants_;
    text_map<tenant_view*> by_key_hash_;
    text_map<std::int32_t> generations_;
};

} // namespace voltlane::gateway
