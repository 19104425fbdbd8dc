#include "shared/store/id_tag_directory.hpp"

#include "shared/events/topics.hpp"
#include "shared/store/outbox.hpp"

#include <algorithm>
#include <map>

namespace voltlane::store {
namespace {

constexpr pg::statement holders{"id_tag_directory.holders",
                                "select id, coalesce(user_type, ''), is_active, expires_at from accounts "
                                "where id = any($1::bigint[]) order by id for share"};
// Whoever locks several tags does it in the order (tenant_id, id_tag_folded): the import does, too.
constexpr pg::statement lock_tags{
    "id_tag_directory.lock", "select from id_tags where account_id = $1 order by tenant_id, id_tag_folded "
                             "for no key update"};
constexpr pg::statement of_account{
    "id_tag_directory.of_account",
    "select tenant_id, id_tag_folded, status, expiry_date, coalesce(parent_id_tag, '') from id_tags "
    "where account_id = $1 order by tenant_id, id_tag_folded for no key update"};

} // namespace

events::id_tag_entry directory_entry_of(const id_tag_facts& tag, const tag_holder* holder) {
    events::id_tag_entry e;
    e.tenant = tag.tenant;
    e.id_tag_folded = tag.folded;
    e.status = tag.status;
    e.expiry = tag.expiry;
    e.parent_id_tag = tag.parent_id_tag;
    e.account = tag.account;
    if (holder == nullptr) return e;
    e.user_type = holder->user_type;
    if (!holder->active && e.status == "Accepted") e.status = "Blocked";
    if (holder->expires_at)
        e.expiry = e.expiry ? std::min(*e.expiry, *holder->expires_at) : holder->expires_at;
    return e;
}

std::vector<events::id_tag_entry> read_tag_entries(pg::transaction& t, std::span<const id_tag_facts> tags) {
    pg::array ids;
    for (const auto& tag : tags)
        if (tag.account) ids.add((*tag.account)());
    std::map<account_id, tag_holder> known;
    if (!ids.empty()) {
        for (const auto& r : t.exec(holders, {ids}))
            known[pg::get<account_id>(r[0])] = {pg::get<std::string>(r[1]), pg::get<bool>(r[2]),
                                                pg::opt<timestamp>(r[3])};
    }
    std::vector<events::id_tag_entry> entries;
    entries.reserve(tags.size());
    for (const auto& tag : tags) {
        const auto holder = tag.account ? known.find(*tag.account) : known.end();
        entries.push_back(directory_entry_of(tag, holder == known.end() ? nullptr : &holder->second));
    }
    return entries;
}

void queue_tag_entries(pg::transaction& t, std::span<const id_tag_facts> tags) {
    std::vector<outbox_record> records;
    records.reserve(tags.size());
    for (auto& e : read_tag_entries(t, tags)) {
        const events::directory_entry entry = std::move(e);
        records.push_back({std::string(events::topic::directory), events::directory_key(entry),
                           events::encode(entry), events::directory_version});
    }
    queue(t, records);
}

void lock_account_tags(pg::transaction& t, account_id account) {
    t.exec(lock_tags, {account});
}

void requeue_account_tags(pg::transaction& t, account_id account) {
    std::vector<id_tag_facts> tags;
    for (const auto& r : t.exec(of_account, {account}))
        tags.push_back({pg::get<tenant_id>(r[0]), pg::get<std::string>(r[1]), pg::get<std::string>(r[2]),
                        pg::opt<timestamp>(r[3]), pg::get<std::string>(r[4]), account});
    queue_tag_entries(t, tags);
}

} // namespace voltlane::store
