#include "shared/store/outbox.hpp"

#include "shared/pg/connection.hpp"

namespace voltlane::store {
namespace {

// First key of the advisory locks: "outb" in ASCII.
constexpr std::int32_t lock_space = 0x6f757462;

constexpr pg::statement insert_one{
    "outbox.insert_one",
    "insert into outbox (shard, topic, key, version, value) values ($1, $2, $3, $4, convert_to($5, 'UTF8'))"};
constexpr pg::statement insert_many{
    "outbox.insert_many", "insert into outbox (shard, topic, key, version, value) "
                          "select r.shard, r.topic, r.key, r.version, convert_to(r.value, 'UTF8') "
                          "from unnest($1::smallint[], $2::text[], $3::text[], $4::integer[], $5::text[]) "
                          "with ordinality as r(shard, topic, key, version, value, n) order by r.n"};
// Per shard by its index: the table may hold a million dead rows of the others.
constexpr pg::statement read_shards{
    "outbox.read",
    "select o.id, o.shard, o.topic, o.key, o.version, convert_from(o.value, 'UTF8') "
    "from unnest($1::smallint[], $3::bigint[]) as s(shard, above) cross join lateral "
    "(select c.*, sum(octet_length(c.value)) over (order by c.id rows between unbounded preceding and 1 "
    "preceding) as before from (select * from outbox where outbox.shard = s.shard and outbox.id > s.above "
    "order by id limit $2) c) o where coalesce(o.before, 0) < $4 order by o.id"};
constexpr pg::statement delete_rows{"outbox.delete", "delete from outbox where id = any($1::bigint[])"};
constexpr pg::statement age{"outbox.age",
                            "select coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 from "
                            "(select queued_at from outbox order by id limit 1) oldest"};
constexpr pg::statement lock{"outbox.lock", "select pg_try_advisory_lock($1, $2)"};

} // namespace

std::int16_t outbox_shard(std::string_view key) noexcept {
    // FNV-1a and murmur's final mix (FNV alone leaves similar keys in three shards). Frozen, since rows
    // outlive a program.
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : key) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33;
    return static_cast<std::int16_t>(hash % outbox_shards);
}

void queue(pg::transaction& t, const outbox_record& r) {
    t.exec(insert_one, {std::int32_t{outbox_shard(r.key)}, r.topic, r.key, r.version, r.value});
}

void queue(pg::transaction& t, std::span<const outbox_record> records) {
    if (records.empty()) return;
    pg::array shards, topics, keys, versions, values;
    for (const auto& r : records) {
        shards.add(std::int32_t{outbox_shard(r.key)});
        topics.add(r.topic);
        keys.add(r.key);
        versions.add(r.version);
        values.add(r.value);
    }
    t.exec(insert_many, {shards, topics, keys, versions, values});
}

std::vector<queued_record> read_outbox(pg::transaction& t, std::span<const shard_look> shards,
                                       std::int64_t most, std::int64_t most_bytes) {
    pg::array wanted, above;
    for (const auto& s : shards) {
        wanted.add(std::int32_t{s.shard});
        above.add(s.above);
    }
    std::vector<queued_record> out;
    for (const auto& row : t.exec(read_shards, {wanted, most, above, most_bytes})) {
        queued_record r{pg::get<std::int64_t>(row[0]), static_cast<std::int16_t>(pg::get<int>(row[1])), {}};
        r.record = {pg::get<std::string>(row[2]), pg::get<std::string>(row[3]), pg::opt<std::string>(row[5]),
                    pg::get<int>(row[4])};
        out.push_back(std::move(r));
    }
    return out;
}

void delete_published(pg::transaction& t, std::span<const std::int64_t> ids) {
    pg::array list;
    for (const auto id : ids)
        list.add(id);
    t.exec(delete_rows, {list});
}

double outbox_age(pg::transaction& t) {
    return pg::get<double>(t.exec(age)[0][0]);
}

bool try_lock_shard(pg::connection& c, std::int16_t shard) {
    return pg::get<bool>(c.exec_alone(lock, {lock_space, std::int32_t{shard}})[0][0]);
}

} // namespace voltlane::store
