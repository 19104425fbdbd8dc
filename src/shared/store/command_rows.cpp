#include "shared/store/command_rows.hpp"

#include "shared/base/json.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement lock_rows{
    "command_rows.lock", "select id, state, sent_at, ended_at, response::text, error::text from commands "
                         "where id = any(array(select x::uuid from unnest($1::text[]) x "
                         "where x ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')) order by id for update"};
constexpr pg::statement update_rows{
    "command_rows.update",
    "update commands c set state = r.state, sent_at = r.sent_at, ended_at = r.ended_at, response = "
    "r.response, "
    "error = r.error from unnest($1::text[]::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], "
    "$5::text[]::jsonb[], $6::text[]::jsonb[]) as r(id, state, sent_at, ended_at, response, error) where "
    "c.id = r.id"};
constexpr pg::statement end_overdue{"command_rows.end_overdue",
                                    "update commands c set state = case c.state when 'queued' then 'expired' "
                                    "else 'timeout' end, ended_at = $1 "
                                    "from (select id from commands where state in ('queued', 'sent') and "
                                    "deadline < $2 order by deadline limit $3 "
                                    "for update skip locked) due where c.id = due.id"};
constexpr pg::statement delete_ended{
    "command_rows.delete_ended",
    "delete from commands where ctid = any(array(select ctid from commands "
    "where created_at < $1 and ended_at is not null order by created_at limit $2))"};

// {"code": ..., "description": ..., "details": {...}}; empty: none.
std::string error_json(const domain::command_life& life) {
    if (life.error_code.empty()) return {};
    std::string out = "{";
    jsonio::append_member(out, "code", life.error_code);
    jsonio::append_member(out, "description", life.error_description);
    jsonio::append_raw_member(out, "details", life.error_details.empty() ? "{}" : life.error_details);
    return out += '}';
}

domain::command_life life_of(const pg::row& row) {
    domain::command_life life;
    life.state = events::parse_command_state(pg::view(row[1])).value_or(events::command_state::queued);
    life.sent_at = pg::opt<timestamp>(row[2]);
    life.ended_at = pg::opt<timestamp>(row[3]);
    life.response = pg::opt<std::string>(row[4]).value_or("");
    if (const auto error = pg::opt<std::string>(row[5])) {
        boost::system::error_code ec;
        const auto parsed = boost::json::parse(*error, ec);
        if (!ec && parsed.is_object()) {
            const auto& o = parsed.get_object();
            life.error_code = jsonio::find_string(o, "code").value_or("");
            life.error_description = jsonio::find_string(o, "description").value_or("");
            if (const auto* d = jsonio::find(o, "details")) life.error_details = boost::json::serialize(*d);
        }
    }
    return life;
}

} // namespace

std::map<std::string, domain::command_life> lock_commands(pg::transaction& t,
                                                          std::span<const std::string> ids) {
    pg::array wanted;
    for (const auto& id : ids)
        wanted.add(id);
    std::map<std::string, domain::command_life> out;
    if (wanted.empty()) return out;
    for (const auto& row : t.exec(lock_rows, {wanted}))
        out.emplace(pg::get<std::string>(row[0]), life_of(row));
    return out;
}

void write_commands(pg::transaction& t, const std::map<std::string, domain::command_life>& lives) {
    if (lives.empty()) return;
    pg::array ids, states, sent, ended, responses, errors;
    for (const auto& [id, life] : lives) {
        ids.add(id);
        states.add(events::to_string(life.state));
        sent.add(life.sent_at);
        ended.add(life.ended_at);
        responses.add_or_null(life.response);
        errors.add_or_null(error_json(life));
    }
    t.exec(update_rows, {ids, states, sent, ended, responses, errors});
}

std::size_t end_overdue_commands(pg::transaction& t, timestamp now, std::int64_t most) {
    return t.exec(end_overdue, {now, now - domain::command_grace, most}).affected_rows();
}

std::size_t delete_old_commands(pg::transaction& t, timestamp oldest, std::int64_t most) {
    return t.exec(delete_ended, {oldest, most}).affected_rows();
}

} // namespace voltlane::store
