#include "api/routes/figures.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "shared/domain/revenue.hpp"
#include "shared/domain/status_totals.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/revenue_views.hpp"

namespace voltlane::api {
namespace {

auto sums_of(const domain::caller& who, std::chrono::year_month month) {
    return [who, month](pg::transaction& t) {
        return store::sum_revenue(t, who, domain::first_day(domain::month_before(month)),
                                  domain::first_day(month));
    };
}

std::string month_json(std::chrono::year_month month, money total) {
    std::string out = "{";
    jsonio::append_member(out, "start", std::string_view(domain::month_start_text(month)));
    jsonio::append_member(out, "end", std::string_view(domain::month_end_text(month)));
    jsonio::append_member(out, "total", std::string_view(domain::money_text(total)));
    return out + "}";
}

} // namespace

void figure_routes::add_to(router& table) {
    table.add({"GET", "/api/sessions/revenue/", http::access::account, "figures",
               [this](http::request& r, call& c) {
                   return revenue(r, c);
               }});
    table.add({"GET", "/api/sessions/revenue/mom/", http::access::account, "figures",
               [this](http::request& r, call& c) {
                   return months(r, c);
               }});
    table.add({"GET", "/api/admin/charge-points/stats/", http::access::administrator, "figures",
               [this](http::request& r, call& c) {
                   return statuses(r, c);
               }});
}

async::awaitable<http::response> figure_routes::revenue(http::request&, call& c) {
    const auto month = domain::month_of(clock_.now());
    const auto sums = co_await database_.read(sums_of(c.who.caller, month), c.deadline);
    std::string out = "{";
    jsonio::append_raw_member(out, "lifetime", domain::money_number(sums.lifetime));
    jsonio::append_raw_member(out, "month", domain::money_number(sums.this_month));
    jsonio::append_member(out, "month_label", std::string_view(domain::month_label(month)));
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> figure_routes::months(http::request&, call& c) {
    const auto month = domain::month_of(clock_.now());
    const auto sums = co_await database_.read(sums_of(c.who.caller, month), c.deadline);
    const auto delta = domain::compare_months(sums.this_month, sums.last_month);
    std::string change = "{";
    jsonio::append_member(change, "absolute", std::string_view(delta.absolute));
    jsonio::append_raw_member(change, "percent",
                              delta.percent ? domain::percent_number(*delta.percent) : std::string("null"));
    jsonio::append_member(change, "direction", std::string_view(delta.direction));
    std::string out = "{";
    jsonio::append_raw_member(out, "this_month", month_json(month, sums.this_month));
    jsonio::append_raw_member(out, "last_month", month_json(domain::month_before(month), sums.last_month));
    jsonio::append_raw_member(out, "delta", change + "}");
    co_return json_response(200, out + "}");
}

async::awaitable<http::response> figure_routes::statuses(http::request&, call& c) {
    auto work = [tenant = *c.who.caller.tenant](pg::transaction& t) {
        return store::count_statuses(t, tenant);
    };
    const auto counts = co_await database_.read(std::move(work), c.deadline);
    const auto totals = domain::total_statuses(counts);
    std::string by_status = "{";
    for (const auto& [status, n] : totals.by_status)
        jsonio::append_member(by_status, status, n);
    std::string sums = "{";
    jsonio::append_member(sums, "available", totals.available);
    jsonio::append_member(sums, "unavailable", totals.unavailable);
    jsonio::append_member(sums, "charging", totals.charging);
    jsonio::append_member(sums, "occupied", totals.occupied);
    jsonio::append_member(sums, "preparing", totals.preparing);
    jsonio::append_member(sums, "other", totals.other);
    std::string out = "{";
    jsonio::append_raw_member(out, "by_status", by_status + "}");
    jsonio::append_raw_member(out, "totals", sums + "}");
    co_return json_response(200, out + "}");
}

} // namespace voltlane::api
