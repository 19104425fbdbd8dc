#include "shared/store/directory_pages.hpp"

#include "shared/events/topics.hpp"
#include "shared/store/id_tag_directory.hpp"
#include "shared/store/outbox.hpp"
#include "shared/store/tenants.hpp"

#include <set>

namespace voltlane::store {
namespace {

constexpr pg::statement generations{"directory_pages.generations",
                                    "select topic, generation from log_generations order by topic for share"};
constexpr pg::statement tenants{
    "directory_pages.tenants",
    "select id, url_key, accept_unknown_tags, self_registration, require_subprotocol, max_charge_points "
    "from tenants where id > $1 order by id limit $2 for share"};
constexpr pg::statement charge_points{
    "directory_pages.charge_points",
    "select id, tenant_id, canonical_id, identity, registration, deleted_at is not null "
    "from charge_points where id > $1 order by id limit $2 for share"};
constexpr pg::statement id_tags{
    "directory_pages.id_tags",
    "select id, tenant_id, id_tag_folded, status, expiry_date, parent_id_tag, account_id "
    "from id_tags where id > $1 order by id limit $2 for share"};

constexpr pg::statement hold_writers{
    "directory_pages.hold_writers",
    "lock table log_generations, tenants, charge_points, id_tags in share mode"};
constexpr pg::statement known_generations{"directory_pages.known_generations",
                                          "select topic from log_generations where topic = any($1::text[])"};
constexpr pg::statement known_tenants{"directory_pages.known_tenants",
                                      "select id from tenants where id = any($1::bigint[])"};
constexpr pg::statement known_charge_points{
    "directory_pages.known_charge_points",
    "select c.tenant_id, c.canonical_id from unnest($1::bigint[], $2::text[]) as k(tenant_id, canonical_id) "
    "join charge_points c using (tenant_id, canonical_id)"};
constexpr pg::statement known_id_tags{"directory_pages.known_id_tags",
                                      "select g.tenant_id, g.id_tag_folded from unnest($1::bigint[], "
                                      "$2::text[]) as k(tenant_id, id_tag_folded) "
                                      "join id_tags g using (tenant_id, id_tag_folded)"};

outbox_record record_of(const events::directory_entry& entry) {
    return {std::string(events::topic::directory), events::directory_key(entry), events::encode(entry),
            events::directory_version};
}

std::vector<outbox_record> read_generations(pg::transaction& t) {
    std::vector<outbox_record> out;
    for (const auto& r : t.exec(generations))
        out.push_back(
            record_of(events::generation_entry{pg::get<std::string>(r[0]), pg::get<std::int32_t>(r[1])}));
    return out;
}

std::vector<outbox_record> read_tenants(pg::transaction& t, std::int64_t& after, std::int64_t most,
                                        const key_hash& hash) {
    std::vector<outbox_record> out;
    for (const auto& r : t.exec(tenants, {after, most})) {
        after = pg::get<std::int64_t>(r[0]);
        tenant row;
        row.id = tenant_id{after};
        row.accept_unknown_tags = pg::get<bool>(r[2]);
        row.self_registration = pg::get<bool>(r[3]);
        row.require_subprotocol = pg::get<bool>(r[4]);
        row.max_charge_points = pg::get<std::int64_t>(r[5]);
        out.push_back(record_of(directory_entry_of(row, hash(pg::view(r[1])))));
    }
    return out;
}

std::vector<outbox_record> read_charge_points(pg::transaction& t, std::int64_t& after, std::int64_t most) {
    std::vector<outbox_record> out;
    for (const auto& r : t.exec(charge_points, {after, most})) {
        after = pg::get<std::int64_t>(r[0]);
        out.push_back(
            record_of(events::charge_point_entry{{pg::get<tenant_id>(r[1]), pg::get<std::string>(r[2])},
                                                 pg::get<std::string>(r[3]),
                                                 pg::get<std::string>(r[4]),
                                                 pg::get<bool>(r[5])}));
    }
    return out;
}

std::vector<outbox_record> read_id_tags(pg::transaction& t, std::int64_t& after, std::int64_t most) {
    std::vector<id_tag_facts> tags;
    for (const auto& r : t.exec(id_tags, {after, most})) {
        after = pg::get<std::int64_t>(r[0]);
        tags.push_back({pg::get<tenant_id>(r[1]), pg::get<std::string>(r[2]), pg::get<std::string>(r[3]),
                        pg::opt<timestamp>(r[4]), pg::opt<std::string>(r[5]).value_or(std::string()),
                        pg::opt<account_id>(r[6])});
    }
    std::vector<outbox_record> out;
    for (const auto& e : read_tag_entries(t, tags))
        out.push_back(record_of(e));
    return out;
}

directory_part part_after(directory_part p) noexcept {
    return static_cast<directory_part>(static_cast<int>(p) + 1);
}

using name_set = std::set<std::string>; // directory keys

// Which of the candidates have a row, by their directory keys.
class present_rows {
public:
    void ask(const events::directory_entry& e) { std::visit(collector{*this}, e); }

    name_set read(pg::transaction& t) const {
        name_set keys;
        for (const auto& r : t.exec(known_generations, {topics_}))
            keys.insert(events::directory_key(events::generation_entry{.topic = pg::get<std::string>(r[0])}));
        for (const auto& r : t.exec(known_tenants, {tenants_}))
            keys.insert(events::directory_key(events::tenant_entry{.id = pg::get<tenant_id>(r[0])}));
        for (const auto& r : t.exec(known_charge_points, {point_tenants_, points_}))
            keys.insert(events::directory_key(
                events::charge_point_entry{.key = {pg::get<tenant_id>(r[0]), pg::get<std::string>(r[1])}}));
        for (const auto& r : t.exec(known_id_tags, {tag_tenants_, tags_}))
            keys.insert(events::directory_key(events::id_tag_entry{
                .tenant = pg::get<tenant_id>(r[0]), .id_tag_folded = pg::get<std::string>(r[1])}));
        return keys;
    }

private:
    struct collector {
        present_rows& p;
        void operator()(const events::generation_entry& e) const { p.topics_.add(e.topic); }
        void operator()(const events::tenant_entry& e) const { p.tenants_.add(e.id()); }
        void operator()(const events::charge_point_entry& e) const {
            p.point_tenants_.add(e.key.tenant());
            p.points_.add(e.key.charge_point);
        }
        void operator()(const events::id_tag_entry& e) const {
            p.tag_tenants_.add(e.tenant());
            p.tags_.add(e.id_tag_folded);
        }
        void operator()(const events::vouch_entry&) const {}
    };

    pg::array topics_, tenants_, point_tenants_, points_, tag_tenants_, tags_;
};

} // namespace

directory_page queue_directory_page(pg::transaction& t, const directory_position& from, std::int64_t most,
                                    const key_hash& hash) {
    directory_page page{from, {}};
    std::vector<outbox_record> records;
    bool whole = false; // this part is done, however many there were
    switch (from.part) {
    case directory_part::generations:
        records = read_generations(t);
        whole = true;
        break;
    case directory_part::tenants: records = read_tenants(t, page.next.after, most, hash); break;
    case directory_part::charge_points: records = read_charge_points(t, page.next.after, most); break;
    case directory_part::id_tags: records = read_id_tags(t, page.next.after, most); break;
    case directory_part::end: return page;
    }
    queue(t, records);
    for (auto& r : records)
        page.keys.push_back(std::move(r.key));
    if (whole || static_cast<std::int64_t>(page.keys.size()) < most) page.next = {part_after(from.part), 0};
    return page;
}

std::size_t queue_tombstones(pg::transaction& t, std::span<const events::directory_entry> candidates) {
    t.exec(hold_writers);
    present_rows rows;
    for (const auto& e : candidates)
        rows.ask(e);
    const auto present = rows.read(t);
    std::vector<outbox_record> records;
    for (const auto& e : candidates) {
        auto key = events::directory_key(e);
        if (present.contains(key)) continue;
        records.push_back(
            {std::string(events::topic::directory), std::move(key), std::nullopt, events::directory_version});
    }
    queue(t, records);
    return records.size();
}

} // namespace voltlane::store
