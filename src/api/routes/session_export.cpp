#include "api/routes/session_export.hpp"

#include "api/csv.hpp"
#include "api/errors.hpp"
#include "api/routes/session_json.hpp"
#include "shared/base/log.hpp"

namespace voltlane::api {
namespace {

// Rows read and sent at a time: some 70 KB, so that a client that takes 4 KB a second is fast enough for the
// limit on one piece (http::write_time).
constexpr std::int64_t rows_a_page = 500;

std::string decimal_or_empty(const std::optional<price>& p) {
    return p ? p->text() : std::string();
}

} // namespace

struct session_export_routes::reader {
    download running;
    session_query query;
    timestamp now; // what open sessions run to, the same for all rows
    std::optional<store::session_place> after{};
};

std::string session_csv_header() {
    return "id,cp,connector_id,user,id_tag,kWh,Started,Ended,price_kwh,price_hour,total,started_by,state,"
           "review\r\n";
}

std::string session_csv(const std::vector<store::session_row>& rows, timestamp now) {
    csv::writer out;
    for (const auto& s : rows) {
        const auto total = session_total_shown(s, now);
        out.plain(std::to_string(s.id())).text(s.identity).plain(std::to_string(s.connector));
        out.text(s.user).text(s.id_tag).plain(format_number(s.energy, 3));
        out.plain(format_seconds(s.started_at)).plain(s.ended_at ? format_seconds(*s.ended_at) : "");
        out.plain(decimal_or_empty(s.prices.per_kwh)).plain(decimal_or_empty(s.prices.per_hour));
        out.plain(total ? total->number() : "").optional_text(s.started_by).plain(s.state).plain(s.review);
        out.end_row();
    }
    return out.take();
}

void session_export_routes::add_to(router& table) {
    table.add({"GET", "/api/sessions/export.csv/", http::access::account, "sessions",
               [this](http::request& r, call& c) {
                   return open(r, c);
               }});
}

async::awaitable<http::response> session_export_routes::open(http::request& r, call& c) {
    auto q = read_session_query(r);
    if (!q.errors.empty()) co_return invalid(q.errors);
    const auto now = clock_.now();
    auto running = desk_->begin(c.who);
    if (!running) co_return unavailable("Too many exports are running.");
    const auto mine = std::make_shared<reader>(std::move(*running), std::move(q), now);
    http::response answer;
    answer.content_type = "text/csv; charset=utf-8";
    answer.set("Content-Disposition",
               "attachment; filename=\"sessions-" + format_seconds(now).substr(0, 10) + ".csv\"");
    answer.set("X-Accel-Buffering", "no");
    answer.stream = [this, mine](http::body_stream& out) {
        return run(out, mine);
    };
    co_return answer;
}

async::awaitable<bool> session_export_routes::write_all(http::body_stream& out, reader& r) {
    bool taken = co_await out.write(session_csv_header());
    while (taken) {
        const bool allowed = co_await desk_->may_go_on(r.running);
        if (!allowed) co_return false;
        store::session_request request;
        request.order = r.query.order;
        request.descending = r.query.descending;
        request.limit = rows_a_page;
        request.after = r.after;
        auto work = [who = r.running.who.caller, filter = r.query.filter, request](pg::transaction& t) {
            return store::list_sessions(t, who, filter, request);
        };
        const auto page =
            co_await database_.read(std::move(work), std::chrono::steady_clock::now() + download::page_time);
        if (page.rows.empty()) co_return true;
        r.after = store::place_of(page.rows.back(), r.query.order);
        taken = co_await out.write(session_csv(page.rows, r.now));
        if (taken && !page.more) co_return true;
    }
    co_return false;
}

async::awaitable<void> session_export_routes::run(http::body_stream& out, std::shared_ptr<reader> r) {
    bool whole = false;
    try {
        whole = co_await write_all(out, *r);
    } catch (const std::exception& e) {
        log::get("api")->warn("an export broke off: {}", e.what());
    }
    if (!whole) out.fail();
}

} // namespace voltlane::api
