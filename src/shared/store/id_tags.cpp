#include "shared/store/id_tags.hpp"

#include "shared/store/directory_outbox.hpp"
#include "shared/store/id_tag_directory.hpp"

#include <utility>

namespace voltlane::store {
namespace {

#define ID_TAG_SELECT                                                                                        \
    "select g.id, g.id_tag, g.id_tag_folded, g.account_id, a.email, a.username, a.user_type, g.status, "     \
    "g.expiry_date, g.parent_id_tag, g.created_at from id_tags g left join accounts a on a.id = "            \
    "g.account_id "                                                                                          \
    "where g.tenant_id = $1 "

// The count stands beside an empty page too. Counting reads one index entry a tag.
constexpr pg::statement page{
    "id_tags.page",
    "with p as materialized (select id from id_tags where tenant_id = $1 and id > $2 order by id limit $3 "
    "offset $4), "
    "n as (select case when $5 then (select count(*) from id_tags where tenant_id = $1) else 0 end as n) "
    "select g.id, g.id_tag, g.id_tag_folded, g.account_id, a.email, a.username, a.user_type, g.status, "
    "g.expiry_date, g.parent_id_tag, g.created_at, n.n from n left join (p join id_tags g on g.id = p.id "
    "left join accounts a on a.id = g.account_id) on true order by g.id"};
constexpr pg::statement one{"id_tags.one", ID_TAG_SELECT "and g.id = $2"};
constexpr pg::statement own{"id_tags.own",
                            "select exists (select from id_tags where tenant_id = $1 and "
                            "id_tag_folded = $2 and account_id = $3 and status = 'Accepted' and "
                            "(expiry_date is null or expiry_date > now()))"};
constexpr pg::statement insert{
    "id_tags.insert",
    "insert into id_tags (tenant_id, id_tag, id_tag_folded, account_id, status, expiry_date, "
    "parent_id_tag) values ($1, $2, $3, $4, $5, $6, $7) returning id"};
constexpr pg::statement update{
    "id_tags.update", "update id_tags set account_id = $3, status = $4, expiry_date = $5, parent_id_tag = $6 "
                      "where tenant_id = $1 and id = $2"};
constexpr pg::statement remove{
    "id_tags.remove", "delete from id_tags where tenant_id = $1 and id = $2 returning id_tag_folded"};

id_tag_row read(const pg::row& r) {
    id_tag_row row;
    row.id = pg::get<std::int64_t>(r[0]);
    row.id_tag = pg::get<std::string>(r[1]);
    row.folded = pg::get<std::string>(r[2]);
    row.account = pg::opt<account_id>(r[3]);
    row.user_email = pg::opt<std::string>(r[4]);
    row.user_name = pg::opt<std::string>(r[5]);
    row.user_type = pg::opt<std::string>(r[6]);
    row.status = pg::get<std::string>(r[7]);
    row.expiry = pg::opt<timestamp>(r[8]);
    row.parent_id_tag = pg::opt<std::string>(r[9]);
    row.created_at = pg::get<timestamp>(r[10]);
    return row;
}

id_tag_facts facts_of(tenant_id tenant, const id_tag_row& row) {
    return {tenant,     row.folded, row.status, row.expiry, row.parent_id_tag.value_or(std::string()),
            row.account};
}

} // namespace

bool is_own_tag(pg::transaction& t, tenant_id tenant, std::string_view folded, account_id account) {
    return pg::get<bool>(t.exec(own, {tenant, folded, account})[0][0]);
}

id_tag_page list_id_tags(pg::transaction& t, tenant_id tenant, const id_tag_request& q) {
    id_tag_page result;
    for (const auto& r : t.exec(page, {tenant, q.after, q.limit + 1, q.offset, q.counted})) {
        result.count = pg::get<std::int64_t>(r[11]);
        if (!r[0].is_null()) result.rows.push_back(read(r));
    }
    result.more = std::cmp_greater(result.rows.size(), q.limit);
    if (result.more) result.rows.resize(static_cast<std::size_t>(q.limit));
    return result;
}

std::optional<id_tag_row> find_id_tag(pg::transaction& t, tenant_id tenant, std::int64_t id) {
    const auto rows = t.exec(one, {tenant, id});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

id_tag_row insert_id_tag(pg::transaction& t, tenant_id tenant, const id_tag_row& row) {
    const auto rows = t.exec(
        insert, {tenant, row.id_tag, row.folded, row.account, row.status, row.expiry, row.parent_id_tag});
    auto made = find_id_tag(t, tenant, pg::get<std::int64_t>(rows[0][0])).value();
    const auto facts = facts_of(tenant, made);
    queue_tag_entries(t, {&facts, 1});
    return made;
}

std::optional<id_tag_row> update_id_tag(pg::transaction& t, tenant_id tenant, const id_tag_row& row) {
    if (t.exec(update, {tenant, row.id, row.account, row.status, row.expiry, row.parent_id_tag})
            .affected_rows() == 0)
        return std::nullopt;
    auto changed = find_id_tag(t, tenant, row.id).value();
    const auto facts = facts_of(tenant, changed);
    queue_tag_entries(t, {&facts, 1});
    return changed;
}

bool delete_id_tag(pg::transaction& t, tenant_id tenant, std::int64_t id) {
    const auto rows = t.exec(remove, {tenant, id});
    if (rows.empty()) return false;
    id_tag_row gone;
    gone.folded = pg::get<std::string>(rows[0][0]);
    queue_directory_removal(t, directory_entry_of(facts_of(tenant, gone), nullptr));
    return true;
}

} // namespace voltlane::store
