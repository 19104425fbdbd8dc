#include "api/routes/user_prices.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/charge_point_json.hpp"
#include "api/routes/charge_points.hpp"
#include "shared/base/text.hpp"
#include "shared/store/accounts.hpp"

namespace voltlane::api {
namespace {

constexpr std::int64_t most_per_kwh = 999'999'999; // numeric(12, 3)
constexpr std::int64_t most_per_hour = 99'999'999; // the same sum with two decimals

std::optional<price> read_price(form& f, std::string_view field, int scale, std::int64_t most) {
    if (!f.has(field)) {
        f.fail(field, "This field is required.");
        return std::nullopt;
    }
    const auto sent = f.decimal(field, scale, 0, most);
    if (!sent || !sent.value) return std::nullopt;
    return price{scale == 2 ? *sent.value * 10 : *sent.value};
}

} // namespace

void user_price_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, auto handler) {
        table.add({std::move(method), std::move(pattern), http::access::administrator, "charge_points",
                   std::move(handler)});
    };
    add("GET", "/api/charge-points/<pk>/user-prices/",
        [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "/api/charge-points/<pk>/user-prices/",
        [this](http::request& r, call& c) { return set(r, c); });
    add("DELETE", "/api/charge-points/<pk>/user-prices/<id>/",
        [this](http::request& r, call& c) { return end(r, c); });
}

async::awaitable<http::response> user_price_routes::list(http::request& r, call& c) {
    auto work = [who = c.who.caller, id = charge_point_of(r)](pg::transaction& t) {
        std::optional<std::vector<store::user_price>> all;
        if (const auto row = store::find_charge_point(t, who, id)) all = store::list_user_prices(t, row->id);
        return all;
    };
    const auto all = co_await database_.read(std::move(work), c.deadline);
    if (!all) co_return not_found();
    std::string out = "[";
    for (const auto& p : *all)
        append_element(out, user_price_json(p));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> user_price_routes::set(http::request& r, call& c) {
    form f(c.body);
    const auto email = f.text("email", {.required = true, .most = 254});
    domain::tariff prices;
    prices.per_kwh = read_price(f, "price_per_kwh", 3, most_per_kwh);
    prices.per_hour = read_price(f, "price_per_hour", 2, most_per_hour);
    struct outcome {
        bool found = false;
        bool known = false;
        bool created = false;
        std::optional<store::user_price> price;
    };
    auto work = [who = c.who.caller, id = charge_point_of(r), email, prices,
                 valid = f.ok()](pg::transaction& t) {
        outcome o;
        const auto row = store::find_charge_point(t, who, id);
        o.found = row.has_value();
        if (!row || !valid) return o;
        const auto account = store::find_account_by_email(t, email, row->tenant);
        o.known = account.has_value();
        if (!account) return o;
        o.created = store::set_user_price(t, row->id, account->id, prices);
        o.price = store::find_user_price(t, row->id, account->id);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.found) co_return not_found();
    if (!f.ok()) co_return invalid(f.errors());
    if (!o.known) co_return invalid("email", "No user has this e-mail address.");
    co_return json_response(o.created ? 201 : 200, user_price_json(o.price.value()));
}

async::awaitable<http::response> user_price_routes::end(http::request& r, call& c) {
    const auto price_id = parse_integer<std::int64_t>(r.parameters.at(1));
    if (!price_id) co_return not_found();
    auto work = [who = c.who.caller, id = charge_point_of(r), price_id = *price_id](pg::transaction& t) {
        const auto row = store::find_charge_point(t, who, id);
        return row && store::end_user_price(t, row->id, price_id);
    };
    const bool ended = co_await database_.run(std::move(work), c.deadline);
    co_return ended ? json_response(204, {}) : not_found();
}

} // namespace voltlane::api
