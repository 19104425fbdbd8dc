#include "api/routes/grants.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/charge_points.hpp"
#include "api/routes/users.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/charge_point_grants.hpp"

namespace voltlane::api {
namespace {

std::string grant_json(const store::charge_point_grant& g) {
    std::string out = "{";
    jsonio::append_member(out, "id", g.account());
    jsonio::append_member(out, "user", g.account());
    jsonio::append_member(out, "user_email", std::string_view(g.email));
    jsonio::append_member(out, "user_name", std::string_view(g.username));
    jsonio::append_member(out, "granted_at", std::string_view(format_seconds(g.granted_at)));
    return out + "}";
}

} // namespace

void grant_routes::add_to(router& table) {
    const auto add_route = [&table](std::string method, std::string pattern, auto handler) {
        table.add({std::move(method), std::move(pattern), http::access::administrator, "charge_points",
                   std::move(handler)});
    };
    add_route("GET", "/api/charge-points/<pk>/grants/",
              [this](http::request& r, call& c) { return list(r, c); });
    add_route("POST", "/api/charge-points/<pk>/grants/",
              [this](http::request& r, call& c) { return add(r, c); });
    add_route("DELETE", "/api/charge-points/<pk>/grants/<id>/",
              [this](http::request& r, call& c) { return remove(r, c); });
}

async::awaitable<http::response> grant_routes::list(http::request& r, call& c) {
    auto work = [who = c.who.caller, id = charge_point_of(r)](pg::transaction& t) {
        std::optional<std::vector<store::charge_point_grant>> all;
        if (const auto row = store::locate_charge_point(t, who, id)) all = store::list_grants(t, row->id);
        return all;
    };
    const auto all = co_await database_.read(std::move(work), c.deadline);
    if (!all) co_return not_found();
    std::string out = "[";
    for (const auto& g : *all)
        append_element(out, grant_json(g));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> grant_routes::add(http::request& r, call& c) {
    form f(c.body);
    const auto email = f.text("email", {.required = true, .most = 254});
    struct outcome {
        bool found = false;
        bool created = false;
        std::optional<store::charge_point_grant> grant;
    };
    auto work = [who = c.who.caller, id = charge_point_of(r), email, valid = f.ok()](pg::transaction& t) {
        outcome o;
        const auto row = store::locate_charge_point(t, who, id);
        o.found = row.has_value();
        if (!row || !valid) return o;
        const auto account = store::find_account_by_email(t, email, row->tenant);
        if (!account) return o;
        o.created = store::add_grant(t, row->id, account->id);
        o.grant = store::find_grant(t, row->id, account->id);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.found) co_return not_found();
    if (!f.ok()) co_return invalid(f.errors());
    if (!o.grant) co_return invalid("email", "No user has this e-mail address.");
    co_return json_response(o.created ? 201 : 200, grant_json(*o.grant));
}

async::awaitable<http::response> grant_routes::remove(http::request& r, call& c) {
    auto work = [who = c.who.caller, id = charge_point_of(r),
                 account = account_id(id_of(r, 1))](pg::transaction& t) {
        const auto row = store::locate_charge_point(t, who, id);
        return row && store::remove_grant(t, row->id, account);
    };
    const bool removed = co_await database_.run(std::move(work), c.deadline);
    co_return removed ? json_response(204, {}) : not_found();
}

} // namespace voltlane::api
