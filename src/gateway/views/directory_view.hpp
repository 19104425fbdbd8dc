#pragma once

#include "gateway/views/text_map.hpp"
#include "gateway/views/vouch_book.hpp"
#include "shared/base/clock.hpp"
#include "shared/events/command.hpp"
#include "shared/events/directory.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace voltlane::gateway {

// A record of csms.directory, read once, shared by the views of all shards.
using directory_news = std::shared_ptr<const events::directory_record>;

// One tenant as csms.directory describes it. Addresses are stable: connections keep a pointer while they live
// (a tenant that is taken away becomes inactive, its object stays).
class tenant_view {
public:
    // A charge point that came in here and that no worker has registered counts against the tenant's cap for
    // this long after it last dialled, connected or not: dialling and hanging up makes no room. After it, a
    // worker has registered it, or is away and will see it when it dials again.
    static constexpr std::chrono::minutes newcomer_grace{10};

    explicit tenant_view(tenant_id id) { settings.id = id; }

    events::tenant_entry settings;
    bool active = false; // false: no `tenant` entry, or a tombstone
    // Raised when the URL key changes: who came in by an earlier one must go.
    std::uint32_t key_version = 0;

    // nullptr: no such entry. Deleted charge points are found, with `deleted` set.
    const events::charge_point_entry* charge_point(std::string_view canonical_id) const;
    const events::id_tag_entry* tag(std::string_view folded) const;
    vouch_state* vouch(std::string_view canonical_id, std::string_view folded_tag);

    // Not deleted ones, and the newcomers: those that came in on this shard before the directory knew them.
    std::size_t charge_points() const noexcept { return known_ + newcomers_.size(); }
    // A charge point that the directory does not know may come in: it is a newcomer already, or becomes one
    // within the tenant's cap. Newcomers are at most as many as the cap.
    bool take_newcomer(std::string_view canonical_id, timestamp now);

    // From a command, before its frame is written; the directory's copy may come before or after.
    void add_vouch(const charger_key& key, const events::command& c);
    // The charger did not accept the command: what it vouches for holds no more.
    void refuse_vouch(std::string_view canonical_id, std::string_view command) {
        vouches_.refuse(canonical_id, command);
    }

private:
    friend class directory_view;
    text_map<directory_news> charge_points_;
    text_map<directory_news> tags_;
    text_map<timestamp> newcomers_; // when they last dialled
    vouch_book vouches_;
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
    std::function<void(const charger_key&)> on_charge_point_gone; // deleted: close it
    std::function<void(tenant_id)> on_tenant_gone;                // its chargers' connections close
    std::function<void(tenant_id)> on_key_changed;                // those made by the earlier key close

    void apply(const directory_news& news);
    void apply(const events::directory_entry& entry); // for tests

    // By SHA-256 of the URL key, lower-case hex. nullptr: no such tenant.
    tenant_view* tenant_by_key_hash(std::string_view hash);
    tenant_view* tenant(tenant_id id);
    // 0 until the directory names one.
    std::int32_t generation(std::string_view topic) const;

    // The log is read again from its beginning, since the reader lost its place: entries stay valid until
    // end_replay() takes away, as a tombstone or a deletion would, those that did not come again. Vouches
    // stay: they end by themselves, and those of commands may not be in the log yet. Generations only rise.
    void begin_replay();
    void end_replay();

    // Forgets vouches that ended long ago and newcomers past their grace; once a minute is enough.
    void forget_old(timestamp now);
    // Vouches that went because their tenant had too many.
    std::uint64_t vouches_evicted() const noexcept;

private:
    tenant_view& make_tenant(tenant_id id);
    void apply_tenant(const events::tenant_entry& e, bool tombstone);
    void apply_charge_point(const directory_news& news, const events::charge_point_entry& e);
    void apply_tag(const directory_news& news, const events::id_tag_entry& e);
    void see(const void* what);
    void drop_unseen(tenant_view& t);
    void apply_vouch(const events::vouch_entry& e, bool tombstone);

    std::unordered_map<tenant_id, std::unique_ptr<tenant_view>> tenants_;
    text_map<tenant_view*> by_key_hash_;
    text_map<std::int32_t> generations_;
    // While the log is replayed: records and tenants that came again. What stands in the view unseen lives
    // on from before, so no newer one has its address.
    std::unique_ptr<std::unordered_set<const void*>> seen_;
};

} // namespace voltlane::gateway
