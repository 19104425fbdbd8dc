#include "shared/store/id_tag_import.hpp"

#include "shared/pg/arrays.hpp"
#include "shared/store/id_tag_directory.hpp"
#include "shared/store/tenant_bounds.hpp"

#include <unordered_map>

namespace voltlane::store {
namespace {

// Locked until the end, so that what is compared is what is written over.
constexpr pg::statement known{
    "id_tag_import.known",
    "select id_tag_folded, account_id, status, expiry_date, parent_id_tag from id_tags "
    "where tenant_id = $1 and id_tag_folded = any($2::text[]) order by tenant_id, id_tag_folded for "
    "update"};
// Whom a tenant may name: see find_account_by_email.
constexpr pg::statement holders{
    "id_tag_import.holders",
    "select q.email, a.id, a.tenant_id is not null from (select distinct unnest($2::text[]) as email) q "
    "join accounts a on lower(a.email) = lower(q.email) "
    "where (a.tenant_id = $1 or a.tenant_id is null) "
    "and a.email_verified and a.is_active"};
// A tag that somebody else has made meanwhile is written over, as if it had been there before.
constexpr pg::statement upsert{
    "id_tag_import.upsert",
    "insert into id_tags (tenant_id, id_tag, id_tag_folded, account_id, status, expiry_date, parent_id_tag) "
    "select $1, r.* from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], "
    "$7::text[]) "
    "as r(id_tag, folded, account_id, status, expiry_date, parent_id_tag) order by r.folded "
    "on conflict (tenant_id, id_tag_folded) do update set account_id = excluded.account_id, "
    "status = excluded.status, expiry_date = excluded.expiry_date, parent_id_tag = excluded.parent_id_tag"};

struct holder {
    account_id id;
    bool member = false;
};

struct columns {
    std::optional<account_id> account;
    std::string status = "Accepted";
    std::optional<timestamp> expiry;
    std::optional<std::string> parent;

    bool operator==(const columns&) const = default;
};

std::unordered_map<std::string, columns> find_known(pg::transaction& t, tenant_id tenant,
                                                    std::span<const id_tag_line> lines) {
    pg::array folded;
    for (const auto& l : lines)
        folded.add(l.folded);
    std::unordered_map<std::string, columns> found;
    for (const auto& r : t.exec(known, {tenant, folded}))
        found.emplace(pg::get<std::string>(r[0]),
                      columns{pg::opt<account_id>(r[1]), pg::get<std::string>(r[2]), pg::opt<timestamp>(r[3]),
                              pg::opt<std::string>(r[4])});
    return found;
}

std::unordered_map<std::string, holder> find_holders(pg::transaction& t, tenant_id tenant,
                                                     std::span<const id_tag_line> lines) {
    pg::array emails;
    for (const auto& l : lines)
        if (l.email && *l.email) emails.add(**l.email);
    std::unordered_map<std::string, holder> found;
    if (emails.empty()) return found;
    for (const auto& r : t.exec(holders, {tenant, emails}))
        found.emplace(pg::get<std::string>(r[0]), holder{pg::get<account_id>(r[1]), pg::get<bool>(r[2])});
    return found;
}

void write(pg::transaction& t, tenant_id tenant,
           const std::vector<std::pair<const id_tag_line*, columns>>& changed) {
    pg::array tags, folded, accounts, statuses, expiries, parents;
    std::vector<id_tag_facts> facts;
    for (const auto& [line, c] : changed) {
        tags.add(line->id_tag);
        folded.add(line->folded);
        accounts.add(c.account ? std::optional((*c.account)()) : std::nullopt);
        statuses.add(c.status);
        expiries.add(c.expiry);
        parents.add(c.parent);
        facts.push_back(
            {tenant, line->folded, c.status, c.expiry, c.parent.value_or(std::string()), c.account});
    }
    t.exec(upsert, {tenant, tags, folded, accounts, statuses, expiries, parents});
    queue_tag_entries(t, facts);
}

} // namespace

std::vector<line_outcome> import_id_tags(pg::transaction& t, tenant_id tenant,
                                         std::span<const id_tag_line> lines, bool dry_run,
                                         const may_look_up& ask) {
    std::vector<line_outcome> outcomes;
    if (lines.empty()) return outcomes;
    auto room = id_tag_room(t, tenant); // first: see there
    const auto before = find_known(t, tenant, lines);
    const auto accounts = find_holders(t, tenant, lines);
    std::vector<std::pair<const id_tag_line*, columns>> changed;
    for (const auto& l : lines) {
        const auto old = before.find(l.folded);
        columns c = old == before.end() ? columns{} : old->second;
        if (l.status) c.status = *l.status;
        if (l.expiry) c.expiry = *l.expiry;
        if (l.parent) c.parent = *l.parent;
        if (l.email) {
            c.account.reset();
            const auto holder = *l.email ? accounts.find(**l.email) : accounts.end();
            const bool there = holder != accounts.end();
            const bool shown = there && (holder->second.member ||
                                         (old != before.end() && old->second.account == holder->second.id));
            if (*l.email && !shown && ask && !ask(**l.email)) {
                outcomes.push_back(line_outcome::not_looked_up);
                continue;
            }
            if (*l.email && !there) {
                outcomes.push_back(line_outcome::unknown_email);
                continue;
            }
            if (*l.email) c.account = holder->second.id;
        }
        if (old != before.end() && c == old->second) {
            outcomes.push_back(line_outcome::unchanged);
            continue;
        }
        if (old == before.end() && room == 0) {
            outcomes.push_back(line_outcome::no_room);
            continue;
        }
        if (old == before.end()) --room;
        outcomes.push_back(old == before.end() ? line_outcome::created : line_outcome::updated);
        changed.emplace_back(&l, std::move(c));
    }
    if (!dry_run && !changed.empty()) write(t, tenant, changed);
    return outcomes;
}

} // namespace voltlane::store
