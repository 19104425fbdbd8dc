#include "shared/store/session_lookup.hpp"

#include "shared/base/text.hpp"
#include "shared/store/session_counts.hpp"
#include "shared/store/visible.hpp"

namespace voltlane::store {
namespace {

using parameters_t = std::vector<pg::parameter>;

// "{1,2}"; null: none.
std::vector<std::int64_t> read_ids(const pg::field& f) {
    std::vector<std::int64_t> ids;
    auto text = f.is_null() ? std::string_view() : pg::view(f);
    if (text.size() < 3) return ids;
    for (text = text.substr(1, text.size() - 2); !text.empty();) {
        const auto comma = text.find(',');
        ids.push_back(parse_integer<std::int64_t>(text.substr(0, comma)).value_or(0));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return ids;
}

std::string list_of(const std::string& expression, const std::string& from) {
    return "(select array_agg(distinct " + expression + ")::text from " + from + ")";
}

// The columns of the one row that is asked for, by the order of `looked_up`.
struct columns {
    std::string charge_points = "null", account = "null::bigint";
    std::string text_points = "null", text_accounts = "null", text_tags = "null", text_everywhere = "false";
    std::string first_id = "null::bigint", last_id = "null::bigint";

    std::string select() const {
        return "select " + charge_points + ", " + account + ", " + text_points + ", " + text_accounts + ", " +
               text_tags + ", " + text_everywhere + ", " + first_id + ", " + last_id;
    }
};

// A driver's text is looked for in what it has charged itself: it hears of no other names. Letters beyond
// ASCII count with their case: the server folds those fifty times slower.
void look_for_text(columns& c, const domain::caller& who, const std::string& text, parameters_t& parameters) {
    const auto needle = next_parameter(parameters, ascii_lower(text));
    const auto holds = [&needle](const std::string& column) {
        return "position(" + needle + " in lower(" + column + " collate \"C\")) > 0";
    };
    const bool whole = sees_whole_tenant(who);
    const auto mine =
        whole ? next_parameter(parameters, *who.tenant) : next_parameter(parameters, who.account);
    const std::string users =
        whole ? "(select account_id, id_tag_folded from session_users where tenant_id = " + mine + ") u"
              : "(select distinct coalesce(account_id, 0) as account_id, id_tag_folded from sessions where "
                "owner_id = " +
                    mine + ") u";
    const std::string points =
        whole ? "charge_points c where c.tenant_id = " + mine
              : "charge_points c where c.id in (select charge_point_id from sessions where "
                "owner_id = " +
                    mine + ")";
    c.text_points = list_of("c.id", points + " and " + holds("c.identity"));
    c.text_accounts =
        list_of("a.id", users + " join accounts a on a.id = u.account_id where " + holds("a.username"));
    c.text_tags = list_of("u.id_tag_folded", users + " where " + holds("u.id_tag_folded"));
    c.text_everywhere = "coalesce((select bool_and(" + holds("u.id_tag_folded") + ") from " + users +
                        "), false) or coalesce((select bool_and(" + holds("c.identity") + ") from " + points +
                        "), false)";
}

void look_for_bounds(columns& c, const domain::caller& who, const session_filter& f,
                     parameters_t& parameters) {
    std::string months = months_of(who, parameters);
    if (f.from) months += " and m.month >= " + month_parameter(parameters, month_of(*f.from));
    if (f.until) months += " and m.month <= " + month_parameter(parameters, month_of(*f.until));
    c.first_id = "(select min(m.first_id) from session_months m where " + months + ")";
    c.last_id = "(select max(m.last_id) from session_months m where " + months + ")";
}

} // namespace

bool sees_whole_tenant(const domain::caller& who) noexcept {
    return who.role == domain::role::super_admin && who.tenant.has_value();
}

std::chrono::year_month month_of(timestamp t) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(t));
    return day.year() / day.month();
}

timestamp start_of(std::chrono::year_month month) {
    return timestamp(std::chrono::sys_days(month / 1));
}

std::string months_of(const domain::caller& who, parameters_t& parameters) {
    const auto scope = [](count_scope s) {
        return "m.scope = " + std::to_string(static_cast<int>(s));
    };
    if (sees_whole_tenant(who))
        return scope(count_scope::tenant) +
               " and m.subject = 0 and m.tenant_id = " + next_parameter(parameters, *who.tenant);
    return scope(count_scope::owner) + " and m.subject = " + next_parameter(parameters, who.account);
}

std::string month_parameter(parameters_t& parameters, std::chrono::year_month month) {
    return next_parameter(parameters, start_of(month)) + "::timestamptz::date";
}

looked_up look_up(pg::transaction& t, const domain::caller& who, const session_filter& f) {
    looked_up found;
    const bool bounds = (f.from || f.until) && sees_whole_tenant(who);
    if (f.nothing || (!f.charge_point && !f.user && !f.text && !bounds)) return found;
    parameters_t parameters;
    columns c;
    if (f.charge_point) {
        std::string points =
            "charge_points c where c.canonical_id = " + next_parameter(parameters, *f.charge_point);
        if (sees_whole_tenant(who)) points += " and c.tenant_id = " + next_parameter(parameters, *who.tenant);
        c.charge_points = list_of("c.id", points);
    }
    if (f.user)
        c.account = "(select a.id from accounts a where lower(a.username) = lower(" +
                    next_parameter(parameters, f.user->name) + "))";
    if (f.text) look_for_text(c, who, *f.text, parameters);
    if (bounds) look_for_bounds(c, who, f, parameters);
    const auto rows = t.exec_composed(c.select(), parameters);
    const auto& r = rows[0];
    found.charge_points = read_ids(r[0]);
    found.account = pg::opt<std::int64_t>(r[1]);
    found.text_points = read_ids(r[2]);
    found.text_accounts = read_ids(r[3]);
    found.text_tags = pg::opt<std::string>(r[4]).value_or("");
    found.text_everywhere = pg::get<bool>(r[5]);
    if (bounds) {
        found.first_id = pg::opt<std::int64_t>(r[6]).value_or(0);
        found.last_id = pg::opt<std::int64_t>(r[7]).value_or(0);
    }
    return found;
}

} // namespace voltlane::store
