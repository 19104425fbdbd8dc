#include "api/routes/charge_points.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/charge_point_json.hpp"
#include "shared/ocpp/charge_point_id.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/tenant_bounds.hpp"

namespace voltlane::api {
namespace {

constexpr std::int64_t most_price = 999'999'999;   // numeric(12, 3): 999999.999
constexpr std::int64_t most_power = 9'999'999'999; // numeric(10, 2)
constexpr std::int64_t quarter_turn = 90'000'000;  // of 10^-6 degrees
constexpr form::text_rule free_text{.may_be_blank = true, .most = 255};

template <int Scale>
void read_decimal(form& f, std::string_view field, std::int64_t least, std::int64_t most,
                  std::optional<std::optional<fixed<Scale>>>& into) {
    const auto sent = f.decimal(field, Scale, least, most);
    if (!sent) return;
    into = std::optional<fixed<Scale>>();
    if (sent.value) *into = fixed<Scale>{*sent.value};
}

store::charge_point_change read_change(form& f) {
    store::charge_point_change c;
    if (auto name = f.optional_text("name", {.most = 255})) c.name = std::move(name.value);
    if (auto location = f.optional_text("location", free_text)) c.location = std::move(location.value);
    if (auto plug = f.optional_text("plug_type", {.may_be_blank = true, .most = 64}))
        c.plug_type = std::move(plug.value);
    if (auto type = f.choice("access_type", {"public", "private"}, false); !type.empty())
        c.access_type = std::move(type);
    read_decimal(f, "lat", -quarter_turn, quarter_turn, c.lat);
    read_decimal(f, "lng", -2 * quarter_turn, 2 * quarter_turn, c.lng);
    read_decimal(f, "max_power_kw", 0, most_power, c.max_power_kw);
    read_decimal(f, "price_per_kwh", 0, most_price, c.per_kwh);
    read_decimal(f, "price_per_hour", 0, most_price, c.per_hour);
    return c;
}

std::string pk_of(const store::charge_point& c) {
    return c.shared_id ? long_key(c) : short_key(c);
}

} // namespace

std::string charge_point_of(const http::request& r) {
    const auto& id = r.parameters.at(0);
    return ocpp::is_charge_point_id(id) ? ocpp::canonical_charge_point_id(id) : std::string();
}

void charge_point_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, http::access needs, auto handler) {
        table.add({std::move(method), std::move(pattern), needs, "charge_points", std::move(handler)});
    };
    add("GET", "/api/charge-points/", http::access::account,
        [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "/api/charge-points/", http::access::administrator,
        [this](http::request& r, call& c) { return create(r, c); });
    add("GET", "/api/charge-points/<pk>/", http::access::account,
        [this](http::request& r, call& c) { return show(r, c); });
    add("PATCH", "/api/charge-points/<pk>/", http::access::account,
        [this](http::request& r, call& c) { return change(r, c); });
    add("DELETE", "/api/charge-points/<pk>/", http::access::account,
        [this](http::request& r, call& c) { return remove(r, c); });
}

// Ten thousand are some 4 MB: their text is made on the database's thread.
async::awaitable<http::response> charge_point_routes::list(http::request&, call& c) {
    auto work = [who = c.who.caller](pg::database& database) {
        const auto all =
            database.read([&who](pg::transaction& t) { return store::list_charge_points(t, who); });
        const auto keys = primary_keys(all, who.tenant);
        std::string out = "[";
        for (std::size_t i = 0; i < all.size(); ++i)
            append_element(out, charge_point_json(all[i], keys[i]));
        return out + "]";
    };
    auto text = co_await database_.with(std::move(work), c.deadline);
    co_return json_response(200, std::move(text));
}

async::awaitable<http::response> charge_point_routes::create(http::request&, call& c) {
    form f(c.body);
    const auto id = f.text("id", {.required = true, .trimmed = false, .most = 255});
    if (!id.empty() && !ocpp::is_charge_point_id(id))
        f.fail("id", "This is no id that a charger could dial with.");
    if (store::is_long_form(id)) f.fail("id", "An id may not begin with a number and a tilde.");
    auto wanted = read_change(f);
    if (!f.ok()) co_return invalid(f.errors());

    const charger_key key{*c.who.caller.tenant, ocpp::canonical_charge_point_id(id)};
    struct outcome {
        std::optional<store::charge_point> row;
        bool full = false;
    };
    auto work = [who = c.who.caller, key, id, w = std::move(wanted)](pg::transaction& t) {
        outcome o;
        o.full = store::charge_point_room(t, key.tenant) == 0;
        if (!o.full && store::create_charge_point(t, key, id, w))
            o.row = store::find_charge_point(t, who, key.charge_point);
        return o;
    };
    const auto [made, full] = co_await database_.run(std::move(work), c.deadline);
    if (full) co_return invalid(non_field, "This tenant has as many charge points as it may have.");
    if (!made) co_return invalid("id", "charge point with this id already exists.");
    const bool connected = presence_.find(made->key()).has_value();
    co_return json_response(201, charge_point_detail_json(*made, pk_of(*made), connected));
}

async::awaitable<http::response> charge_point_routes::show(http::request& r, call& c) {
    const auto id = charge_point_of(r);
    if (id.empty()) co_return not_found();
    auto work = [who = c.who.caller, id](pg::transaction& t) {
        return store::find_charge_point(t, who, id);
    };
    const auto found = co_await database_.read(std::move(work), c.deadline);
    if (!found) co_return not_found();
    const bool connected = presence_.find(found->key()).has_value();
    co_return json_response(200, charge_point_detail_json(*found, pk_of(*found), connected));
}

async::awaitable<http::response> charge_point_routes::change(http::request& r, call& c) {
    const auto id = charge_point_of(r);
    if (id.empty()) co_return not_found();
    form f(c.body);
    auto wanted = read_change(f);
    struct outcome {
        std::optional<store::charge_point> row;
        bool allowed = false;
    };
    auto work = [who = c.who.caller, id, w = std::move(wanted), valid = f.ok()](pg::transaction& t) {
        outcome o;
        o.row = store::find_charge_point(t, who, id);
        if (!o.row) return o;
        o.allowed = domain::manages_charge_point(who, {o.row->tenant, true});
        if (!o.allowed || !valid) return o;
        store::change_charge_point(t, o.row->key(), w);
        o.row = store::find_charge_point(t, who, id);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.row) co_return not_found();
    if (!o.allowed) co_return forbidden();
    if (!f.ok()) co_return invalid(f.errors());
    const bool connected = presence_.find(o.row->key()).has_value();
    co_return json_response(200, charge_point_detail_json(*o.row, pk_of(*o.row), connected));
}

async::awaitable<http::response> charge_point_routes::remove(http::request& r, call& c) {
    const auto id = charge_point_of(r);
    if (id.empty()) co_return not_found();
    struct outcome {
        std::optional<charger_key> key;
        bool allowed = false;
    };
    auto work = [who = c.who.caller, id](pg::transaction& t) {
        outcome o;
        const auto row = store::find_charge_point(t, who, id);
        if (!row) return o;
        o.key = row->key();
        o.allowed = domain::manages_charge_point(who, {row->tenant, true});
        if (o.allowed) store::delete_charge_point(t, row->key());
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.key) co_return not_found();
    if (!o.allowed) co_return forbidden();
    co_await abandon_(*o.key, c.who.caller.account, r.shard);
    co_return json_response(204, {});
}

} // namespace voltlane::api
