#include "shared/store/offsets.hpp"

#include <algorithm>

namespace voltlane::store {
namespace {

constexpr pg::statement read_generation{"offsets.generation",
                                        "select generation from log_generations where topic = $1"};
constexpr pg::statement raise{
    "offsets.raise_generation",
    "insert into log_generations (topic, generation) values ($1, 1) "
    "on conflict (topic) do update set generation = log_generations.generation + 1, "
    "created_at = now() returning generation"};
constexpr pg::statement insert_missing{
    "offsets.insert_missing",
    "insert into consumer_offsets (pool, topic, partition_id, generation, position) "
    "select $1, $2, p.partition_id, $3, p.position "
    "from unnest($4::integer[], $5::bigint[]) as p(partition_id, position) order by p.partition_id "
    "on conflict do nothing"};
constexpr pg::statement read_all{
    "offsets.read_all",
    "select partition_id, generation, position from consumer_offsets "
    "where pool = $1 and topic = $2 and partition_id = any($3::integer[]) order by partition_id, generation"};
constexpr pg::statement move{
    "offsets.move",
    "update consumer_offsets set position = $5, updated_at = now() "
    "where pool = $1 and topic = $2 and partition_id = $3 and generation = $4 and position = $6"};
constexpr pg::statement read_one{"offsets.read_one",
                                 "select position from consumer_offsets "
                                 "where pool = $1 and topic = $2 and partition_id = $3 and generation = $4"};
constexpr pg::statement forget{"offsets.forget",
                               "delete from consumer_offsets "
                               "where pool = $1 and topic = $2 and partition_id = $3 and generation = $4 "
                               "and position = $5"};

} // namespace

std::optional<std::int32_t> log_generation(pg::transaction& t, std::string_view topic) {
    const auto found = t.exec(read_generation, {topic});
    if (found.empty()) return std::nullopt;
    return pg::get<std::int32_t>(found[0][0]);
}

std::int32_t raise_generation(pg::transaction& t, std::string_view topic) {
    return pg::get<std::int32_t>(t.exec(raise, {topic})[0][0]);
}

assigned_offsets claim_offsets(pg::transaction& t, const offset_place& place,
                               std::span<const partition_start> beginnings) {
    assigned_offsets out;
    pg::array partitions, positions;
    for (const auto& b : beginnings) {
        partitions.add(b.partition);
        positions.add(b.offset);
    }
    std::vector<std::int32_t> old, current;
    for (const auto& row : t.exec(read_all, {place.pool, place.topic, partitions})) {
        auto& list = pg::get<std::int32_t>(row[1]) == place.generation ? current : old;
        list.push_back(pg::get<std::int32_t>(row[0]));
    }
    for (const auto p : old) {
        if (std::find(current.begin(), current.end(), p) == current.end())
            out.of_another_generation.push_back(p);
    }
    t.exec(insert_missing, {place.pool, place.topic, place.generation, partitions, positions});
    for (const auto& row : t.exec(read_all, {place.pool, place.topic, partitions})) {
        if (pg::get<std::int32_t>(row[1]) != place.generation) continue;
        out.positions.push_back({pg::get<std::int32_t>(row[0]), pg::get<std::int64_t>(row[2])});
    }
    return out;
}

bool move_offset(pg::transaction& t, const offset_place& p, std::int64_t from, std::int64_t to) {
    return t.exec(move, {p.pool, p.topic, p.partition, p.generation, to, from}).affected_rows() == 1;
}

std::optional<std::int64_t> read_offset(pg::transaction& t, const offset_place& p) {
    const auto found = t.exec(read_one, {p.pool, p.topic, p.partition, p.generation});
    if (found.empty()) return std::nullopt;
    return pg::get<std::int64_t>(found[0][0]);
}

void forget_offset(pg::transaction& t, const offset_place& p, std::int64_t position) {
    t.exec(forget, {p.pool, p.topic, p.partition, p.generation, position});
}

} // namespace voltlane::store
