#include "api/routes/decisions.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/routes/session_json.hpp"
#include "api/routes/sessions.hpp"
#include "shared/store/session_views.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::milliseconds look_again{100};
constexpr std::int64_t most_wh = 1'000'000'000; // a gigawatt-hour is no charging session but a typing error

} // namespace

void decision_routes::add_to(router& table) {
    table.add({"POST", "/api/sessions/<id>/close/", http::access::account, "decisions",
               [this](http::request& r, call& c) {
                   return close(r, c);
               }});
    table.add({"POST", "/api/sessions/<id>/review/", http::access::account, "decisions",
               [this](http::request& r, call& c) {
                   return review(r, c);
               }});
}

async::awaitable<http::response> decision_routes::close(http::request& r, call& c) {
    return decide(r, c, "close", std::nullopt);
}

async::awaitable<http::response> decision_routes::review(http::request& r, call& c) {
    form f(c.body);
    // {"action": "accept"}, or the energy in Wh or kWh.
    const auto action = f.choice("action", {"accept", "set_energy"}, false);
    const auto wh = f.integer("energy_wh", 0, most_wh);
    const auto kwh = f.decimal("kWh", 3, 0, most_wh);
    std::optional<std::int64_t> energy = wh.value ? wh.value : kwh.value;
    if (action == "set_energy" && !energy) f.fail("energy_wh", "This field is required.");
    if (action.empty() && !energy) f.fail("action", "This field is required.");
    if (!f.ok()) co_return invalid(f.errors());
    if (action == "accept") energy.reset();
    co_return co_await decide(r, c, energy ? "set_energy" : "accept", energy);
}

async::awaitable<http::response> decision_routes::decide(http::request& r, call& c, std::string action,
                                                         std::optional<std::int64_t> energy_wh) {
    const auto id = session_of(r);
    if (!id) co_return not_found();
    auto find = [who = c.who.caller, id = *id](pg::transaction& t) {
        return store::find_session(t, who, id);
    };
    auto session = co_await database_.read(find, c.deadline);
    if (!session) co_return not_found();
    if (!domain::decides_session(c.who.caller, {session->tenant, session->owner})) co_return forbidden();
    const bool open = !session->ended_at;
    if (action == "close" && !open) co_return detail_response(409, "The session has ended already.");
    if (action != "close" && open) co_return detail_response(409, "The session is still open.");
    if (action == "accept" && session->review.empty())
        co_return detail_response(409, "The session is not under review.");

    const charger_key key{session->tenant, session->charge_point};
    const auto decision = co_await desk_.decide(key, *id, action, energy_wh, c.who.caller.account, r.shard);
    if (!decision) co_return unavailable("The decision could not be published, try again later.");

    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    const auto until = std::chrono::steady_clock::now() + wait;
    while (std::chrono::steady_clock::now() < until) {
        auto look = [who = c.who.caller, id = *id, d = *decision](pg::transaction& t) {
            std::optional<store::session_row> row;
            if (store::is_decided(t, d)) row = store::find_session(t, who, id);
            return row;
        };
        const auto row = co_await database_.read(std::move(look), c.deadline);
        if (row) co_return json_response(200, session_detail_json(*row, clock_.now()));
        timer.expires_after(look_again);
        co_await timer.async_wait(async::use);
    }
    std::string out = "{";
    jsonio::append_member(out, "detail", "accepted");
    jsonio::append_member(out, "decision_id", std::string_view(*decision));
    co_return json_response(202, out + "}");
}

} // namespace voltlane::api
