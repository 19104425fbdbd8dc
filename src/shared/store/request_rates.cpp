#include "shared/store/request_rates.hpp"

namespace voltlane::store {
namespace {

// In the order of the keys, so that two pods that share the same ones do not wait for each other in a circle.
constexpr pg::statement add{
    "request_rates.add",
    "with sent as (select * from unnest($1::text[], $2::timestamptz[], $3::bigint[]) s (key, window_at, "
    "used) "
    "order by window_at, key), "
    "summed as (insert into request_rates as r (key, window_at, used) select key, window_at, used from sent "
    "on conflict (window_at, key) do update set used = r.used + excluded.used returning key, window_at, "
    "used) "
    "select s.key, s.used, coalesce(b.used, 0) from summed s left join request_rates b "
    "on b.window_at = s.window_at - make_interval(secs => $4::bigint) and b.key = s.key"};
// Those of a clock that was far ahead for a while would count when their time comes.
constexpr pg::statement purge{"request_rates.purge",
                              "delete from request_rates where window_at < now() - make_interval(secs => $1) "
                              "or window_at > now() + interval '1 hour'"};

} // namespace

std::vector<rate_sum> add_rates(pg::transaction& t, const std::vector<rate_growth>& all,
                                std::int64_t length) {
    pg::array keys;
    pg::array windows;
    pg::array growths;
    for (const auto& one : all) {
        keys.add(one.key);
        windows.add(one.window);
        growths.add(one.by);
    }
    std::vector<rate_sum> sums;
    for (const auto& r : t.exec(add, {keys, windows, growths, length}))
        sums.push_back(
            {pg::get<std::string>(r[0]), pg::get<std::int64_t>(r[1]), pg::get<std::int64_t>(r[2])});
    return sums;
}

std::int64_t purge_rates(pg::transaction& t, std::chrono::seconds kept) {
    return static_cast<std::int64_t>(t.exec(purge, {std::int64_t{kept.count()}}).affected_rows());
}

} // namespace voltlane::store
