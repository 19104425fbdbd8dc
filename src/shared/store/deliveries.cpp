#include "shared/store/deliveries.hpp"

#include "shared/base/json.hpp"

#include <boost/json/parse.hpp>

namespace voltlane::store {
namespace {

constexpr pg::statement insert{
    "deliveries.insert",
    "insert into deliveries (id, kind, template, tenant_id, account_id, ids, asked_at, next_at, "
    "source_partition, source_offset) "
    "select r.id::uuid, r.kind, r.template, r.tenant, r.account, r.ids::jsonb, r.asked_at, now(), "
    "r.partition, r.place "
    "from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], "
    "$7::timestamptz[], $8::integer[], $9::bigint[]) "
    "with ordinality as r(id, kind, template, tenant, account, ids, asked_at, partition, place, n) "
    "order by r.n on conflict (id) do nothing"};

#define DELIVERY_COLUMNS                                                                                     \
    "d.id, d.kind, d.template, d.tenant_id, d.account_id, d.ids, d.attempts, d.asked_at, "                   \
    "d.source_partition, d.source_offset, (extract(epoch from now() - d.asked_at) * 1000)::bigint "
#define CLAIMED                                                                                              \
    "order by c.next_at limit $2 for update skip locked) "                                                   \
    "update deliveries d set attempts = d.attempts + 1, "                                                    \
    "next_at = now() + $3 * interval '1 millisecond' from due where d.id = due.id "                          \
    "returning " DELIVERY_COLUMNS

constexpr pg::statement claim_any{
    "deliveries.claim_any",
    "with due as (select c.id from deliveries c where c.state = 'due' and c.kind = $1 "
    "and c.next_at <= now() " CLAIMED};
constexpr pg::statement claim_per_account{
    "deliveries.claim_per_account",
    "with due as (select c.id from deliveries c where c.state = 'due' and c.kind = $1 "
    "and c.next_at <= now() and not exists (select from deliveries o where o.account_id = c.account_id "
    "and o.kind = c.kind and o.seq < c.seq and o.state = 'due') " CLAIMED};
constexpr pg::statement end{"deliveries.end",
                            "update deliveries set state = 'done', ended_at = now(), last_error = '' "
                            "where id = $1::uuid and state = 'due'"};
constexpr pg::statement put_off{"deliveries.put_off",
                                "update deliveries set next_at = now() + $3 * interval '1 millisecond', "
                                "last_error = $4 where id = $1::uuid and state = 'due' and attempts = $2"};
constexpr pg::statement give_up{"deliveries.give_up",
                                "update deliveries set state = 'dead', ended_at = now(), last_error = $3 "
                                "where id = $1::uuid and state = 'due' and attempts = $2"};
constexpr pg::statement abandoned{
    "deliveries.abandoned",
    "select " DELIVERY_COLUMNS "from deliveries d where d.state = 'due' and d.kind = 'mail' "
    "and d.asked_at < now() - make_interval(secs => $1) "
    "and d.next_at < now() - make_interval(secs => $2) order by d.seq limit $3 for update skip locked"};
constexpr pg::statement delete_ended{
    "deliveries.delete_ended",
    "delete from deliveries where id in (select id from deliveries where state <> 'due' "
    "and ended_at < now() - make_interval(secs => $1) order by ended_at limit $2)"};
constexpr pg::statement delete_requests{
    "deliveries.delete_requests",
    "delete from reset_requests where id in (select id from reset_requests "
    "where requested_at < now() - make_interval(secs => $1) order by requested_at limit $2)"};
constexpr pg::statement count_waiting{
    "deliveries.count_waiting",
    "select kind, count(*), extract(epoch from now() - min(asked_at))::float8 from deliveries "
    "where state = 'due' group by kind"};

std::string ids_text(const delivery& d) {
    std::string out = "{";
    for (const auto& [name, id] : d.ids)
        jsonio::append_member(out, name, id);
    return out += '}';
}

delivery read(const pg::row& r) {
    delivery d;
    d.id = pg::get<std::string>(r[0]);
    d.kind = pg::get<std::string>(r[1]);
    d.name = pg::get<std::string>(r[2]);
    d.tenant = pg::opt<tenant_id>(r[3]);
    d.account = pg::opt<account_id>(r[4]);
    const auto ids = boost::json::parse(pg::get<std::string>(r[5]));
    for (const auto& [name, id] : ids.as_object())
        d.ids.emplace(std::string_view(name), id.as_int64());
    d.attempt = pg::get<std::int64_t>(r[6]);
    d.asked_at = pg::get<timestamp>(r[7]);
    d.source_partition = pg::get<std::int32_t>(r[8]);
    d.source_offset = pg::get<std::int64_t>(r[9]);
    d.age = std::chrono::milliseconds(pg::get<std::int64_t>(r[10]));
    return d;
}

std::vector<delivery> read_all(const pg::rows& rows) {
    std::vector<delivery> out;
    for (const auto& r : rows)
        out.push_back(read(r));
    return out;
}

template <class Id>
std::optional<std::int64_t> number(const std::optional<Id>& id) {
    return id ? std::optional((*id)()) : std::nullopt;
}

} // namespace

void insert_deliveries(pg::transaction& t, std::span<const delivery> deliveries) {
    if (deliveries.empty()) return;
    pg::array ids, kinds, names, tenants, accounts, members, asked, partitions, offsets;
    for (const auto& d : deliveries) {
        ids.add(d.id);
        kinds.add(d.kind);
        names.add(d.name);
        tenants.add(number(d.tenant));
        accounts.add(number(d.account));
        members.add(ids_text(d));
        asked.add(d.asked_at);
        partitions.add(d.source_partition);
        offsets.add(d.source_offset);
    }
    t.exec(insert, {ids, kinds, names, tenants, accounts, members, asked, partitions, offsets});
}

std::vector<delivery> claim_deliveries(pg::transaction& t, std::string_view kind, claim_order order,
                                       std::int64_t most, std::chrono::milliseconds lease) {
    const auto& claim = order == claim_order::any ? claim_any : claim_per_account;
    return read_all(t.exec(claim, {kind, most, std::int64_t{lease.count()}}));
}

bool end_delivery(pg::transaction& t, std::string_view id) {
    return t.exec(end, {id}).affected_rows() != 0;
}

void put_off_delivery(pg::transaction& t, const delivery& d, std::chrono::milliseconds pause,
                      std::string_view error) {
    t.exec(put_off, {d.id, d.attempt, std::int64_t{pause.count()}, error});
}

bool give_up_delivery(pg::transaction& t, const delivery& d, std::string_view error) {
    return t.exec(give_up, {d.id, d.attempt, error}).affected_rows() != 0;
}

std::vector<delivery> find_abandoned_deliveries(pg::transaction& t, std::chrono::seconds asked,
                                                std::chrono::seconds idle, std::int64_t most) {
    return read_all(t.exec(abandoned, {std::int64_t{asked.count()}, std::int64_t{idle.count()}, most}));
}

std::int64_t delete_old_deliveries(pg::transaction& t, std::chrono::seconds kept, std::int64_t most) {
    return static_cast<std::int64_t>(
        t.exec(delete_ended, {std::int64_t{kept.count()}, most}).affected_rows());
}

std::int64_t delete_old_reset_requests(pg::transaction& t, std::chrono::seconds kept, std::int64_t most) {
    return static_cast<std::int64_t>(
        t.exec(delete_requests, {std::int64_t{kept.count()}, most}).affected_rows());
}

std::map<std::string, waiting_deliveries> count_waiting_deliveries(pg::transaction& t) {
    std::map<std::string, waiting_deliveries> out;
    for (const auto& r : t.exec(count_waiting))
        out[pg::get<std::string>(r[0])] = {pg::get<std::int64_t>(r[1]), pg::get<double>(r[2])};
    return out;
}

} // namespace voltlane::store
