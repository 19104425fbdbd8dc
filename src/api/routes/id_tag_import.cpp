#include "api/routes/id_tag_import.hpp"

#include "api/errors.hpp"
#include "api/routes/id_tag_csv.hpp"
#include "api/routes/id_tag_report.hpp"
#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/base/unicode.hpp"

#include <memory>
#include <unordered_map>

namespace voltlane::api {
namespace {

// Rows read and sent at a time, some 60 KB.
constexpr std::int64_t rows_a_page = 500;

// Counts each e-mail once, however many lines have it and however often the transaction is tried.
store::may_look_up asking(rate_limits& rates, account_id caller) {
    auto answers = std::make_shared<std::unordered_map<std::string, bool>>();
    return [&rates, who = std::to_string(caller()), answers](const std::string& email) {
        const auto [at, fresh] = answers->try_emplace(fold_name(email), false);
        if (fresh) at->second = !rates.take(rate::lookups, rate_by::account, who);
        return at->second;
    };
}

} // namespace

void id_tag_import_routes::add_to(router& table) {
    table.add({"GET", "/api/id-tags/export.csv/", http::access::administrator, "id_tags",
               [this](http::request& r, call& c) {
                   return export_all(r, c);
               }});
    route importing{"POST", "/api/id-tags/import/", http::access::administrator, "id_tags",
                    [this](http::request& r, call& c) {
                        return import(r, c);
                    }};
    importing.csv = true;
    table.add(std::move(importing));
}

// Reading a megabyte of text takes its time as well: on the database's thread, before the transaction.
async::awaitable<http::response> id_tag_import_routes::import(http::request& r, call& c) {
    const bool dry_run = iequals(r.parameter("dry_run").value_or(""), "true");
    auto work = [tenant = *c.who.caller.tenant, text = std::move(r.body), dry_run,
                 ask = asking(rates_, c.who.caller.account)](pg::database& database) {
        const auto file = read_id_tag_file(text);
        if (!file.refused.empty()) return invalid(file.refused);
        const auto outcomes = database.run(
            [&](pg::transaction& t) { return store::import_id_tags(t, tenant, file.lines, dry_run, ask); });
        return json_response(200, import_report(file, outcomes, dry_run));
    };
    co_return co_await database_.with(std::move(work), c.deadline);
}

async::awaitable<http::response> id_tag_import_routes::export_all(http::request&, call& c) {
    auto running = desk_->begin(c.who);
    if (!running) co_return unavailable("Too many exports are running.");
    http::response answer;
    answer.content_type = "text/csv; charset=utf-8";
    answer.set("Content-Disposition", "attachment; filename=\"id-tags.csv\"");
    answer.stream = [this,
                     mine = std::make_shared<const download>(std::move(*running))](http::body_stream& out) {
        return write_all(out, mine);
    };
    co_return answer;
}

// By pages, as the export of sessions is, and as long as the caller's rights hold.
async::awaitable<void> id_tag_import_routes::write_all(http::body_stream& out,
                                                       std::shared_ptr<const download> d) {
    const auto tenant = *d->who.caller.tenant;
    store::id_tag_request request;
    request.limit = rows_a_page;
    bool whole = false;
    try {
        bool taken = co_await out.write(id_tag_csv_header());
        while (taken && !whole) {
            const bool allowed = co_await desk_->may_go_on(*d);
            if (!allowed) break;
            auto work = [tenant, request](pg::transaction& t) {
                return store::list_id_tags(t, tenant, request);
            };
            const auto page = co_await database_.read(std::move(work),
                                                      std::chrono::steady_clock::now() + download::page_time);
            if (!page.rows.empty()) {
                request.after = page.rows.back().id;
                taken = co_await out.write(id_tag_csv(page.rows));
            }
            whole = taken && !page.more;
        }
    } catch (const std::exception& e) {
        log::get("api")->warn("an export broke off: {}", e.what());
    }
    if (!whole) out.fail();
}

} // namespace voltlane::api
