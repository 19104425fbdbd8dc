#include "api/routes/held_prices.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/charge_point_json.hpp"
#include "api/routes/charge_points.hpp"
#include "shared/base/text.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/user_types.hpp"

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

// An account that the tenant may name, or a type that is there and stays; nullopt: neither. A built-in type
// is in no table.
std::optional<store::price_holder> find_holder(pg::transaction& t, store::held_by kind,
                                               const std::string& name, bool built_in, tenant_id tenant) {
    if (kind == store::held_by::user_types) {
        const bool there = built_in || store::hold_user_type(t, name);
        return there ? std::optional<store::price_holder>(name) : std::nullopt;
    }
    const auto account = store::find_account_by_email(t, name, tenant);
    return account ? std::optional<store::price_holder>(account->id) : std::nullopt;
}

} // namespace

void held_price_routes::add_to(router& table) {
    const auto add = [&](std::string method, std::string_view below, auto member) {
        const auto add_kind = [&](store::held_by kind, std::string_view name) {
            std::string pattern = "/api/charge-points/<pk>/" + std::string(name) + "/" + std::string(below);
            auto handler = [this, member, kind](http::request& r, call& c) {
                return (this->*member)(r, c, kind);
            };
            table.add({method, std::move(pattern), http::access::administrator, "charge_points",
                       std::move(handler)});
        };
        add_kind(store::held_by::accounts, "user-prices");
        add_kind(store::held_by::user_types, "type-prices");
    };
    add("GET", "", &held_price_routes::list);
    add("POST", "", &held_price_routes::set);
    add("DELETE", "<id>/", &held_price_routes::end);
}

async::awaitable<http::response> held_price_routes::list(http::request& r, call& c, store::held_by kind) {
    auto work = [who = c.who.caller, id = charge_point_of(r), kind](pg::transaction& t) {
        std::optional<std::vector<store::held_price>> all;
        if (const auto row = store::locate_charge_point(t, who, id))
            all = store::list_held_prices(t, row->id, kind);
        return all;
    };
    const auto all = co_await database_.read(std::move(work), c.deadline);
    if (!all) co_return not_found();
    std::string out = "[";
    for (const auto& p : *all)
        append_element(out, held_price_json(p));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> held_price_routes::set(http::request& r, call& c, store::held_by kind) {
    const auto field = kind == store::held_by::accounts ? email_field : type_field;
    form f(c.body);
    const auto name = f.text(field, {.required = true, .most = 254});
    domain::tariff prices;
    prices.per_kwh = read_price(f, "price_per_kwh", 3, most_per_kwh);
    prices.per_hour = read_price(f, "price_per_hour", 2, most_per_hour);
    const auto types = types_.snapshot();
    const auto* type = types->find(name);
    struct outcome {
        bool found = false;
        bool known = false;
        bool created = false;
        std::optional<store::held_price> price;
    };
    auto work = [who = c.who.caller, id = charge_point_of(r), name, prices, kind, valid = f.ok(),
                 built_in = type != nullptr && type->built_in()](pg::transaction& t) {
        outcome o;
        const auto row = store::locate_charge_point(t, who, id);
        o.found = row.has_value();
        if (!row || !valid) return o;
        const auto holder = find_holder(t, kind, name, built_in, row->tenant);
        o.known = holder.has_value();
        if (!holder) return o;
        o.created = store::set_held_price(t, row->id, *holder, prices);
        o.price = store::find_held_price(t, row->id, *holder);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.found) co_return not_found();
    if (!f.ok()) co_return invalid(f.errors());
    if (!o.known)
        co_return invalid(field, kind == store::held_by::accounts ? "No user has this e-mail address."
                                                                  : "No user type has this name.");
    co_return json_response(o.created ? 201 : 200, held_price_json(o.price.value()));
}

async::awaitable<http::response> held_price_routes::end(http::request& r, call& c, store::held_by kind) {
    const auto price_id = parse_integer<std::int64_t>(r.parameters.at(1));
    if (!price_id) co_return not_found();
    auto work = [who = c.who.caller, id = charge_point_of(r), price_id = *price_id,
                 kind](pg::transaction& t) {
        const auto row = store::locate_charge_point(t, who, id);
        return row && store::end_held_price(t, row->id, kind, price_id);
    };
    const bool ended = co_await database_.run(std::move(work), c.deadline);
    co_return ended ? json_response(204, {}) : not_found();
}

} // namespace voltlane::api
