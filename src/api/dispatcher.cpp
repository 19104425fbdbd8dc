#include "api/dispatcher.hpp"

#include "api/errors.hpp"
#include "shared/base/json.hpp"
#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/http/target.hpp"
#include "shared/ocpp/utf8.hpp"

#include <algorithm>
#include <mutex>

namespace voltlane::api {
namespace {

// Not the path: it may hold a token that was mailed to somebody.
std::string_view shown(std::string_view pattern) {
    return pattern.empty() ? "(no route)" : pattern;
}

const std::vector<std::string>& every_method() {
    static const std::vector<std::string> all{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};
    return all;
}

http::response options_answer(const std::vector<std::string>& allowed) {
    auto answer = method_not_allowed("OPTIONS", allowed);
    answer.status = 204;
    answer.body.clear();
    answer.content_type.clear();
    return answer;
}

http::response unsupported_type(const http::request& r) {
    // As a header it may hold any byte; as JSON text it may not.
    std::string type(r.header("content-type").substr(0, 100));
    const auto printable = [](char ch) {
        return ch >= ' ' && ch <= '~';
    };
    if (!std::all_of(type.begin(), type.end(), printable)) type = "?";
    return detail_response(415, "Unsupported media type \"" + type + "\" in request.");
}

// A body without a type passes, as JSON does.
bool is_csv(const http::request& r) {
    const auto type = r.header("content-type");
    return r.body.empty() || type.empty() || iequals(trim(type.substr(0, type.find(';'))), "text/csv");
}

// What is no text to PostgreSQL (no UTF-8, zero bytes) names nothing that exists, and is no filter's value
// either: it becomes U+FFFD.
std::string mended(std::string text) {
    for (auto& ch : text)
        if (ch == '\0') ch = '\xFF';
    return ocpp::to_utf8(text);
}

bool is_clean(std::string_view text) {
    return text.find('\0') == std::string_view::npos && ocpp::is_utf8(text);
}

void mend_text(http::request& r) {
    for (auto& p : r.parameters)
        if (!is_clean(p)) p = mended(std::move(p));
    auto all = http::query_parameters(r.query);
    if (std::all_of(all.begin(), all.end(),
                    [](const auto& p) { return is_clean(p.first) && is_clean(p.second); }))
        return;
    r.query.clear();
    for (auto& [name, value] : all)
        r.query += (r.query.empty() ? "" : "&") + http::percent_encode(mended(std::move(name))) + '=' +
                   http::percent_encode(mended(std::move(value)));
}

// A client may provoke it at will: one line a minute. Without the proxy's address in the list, all clients
// behind it count as one.
void warn_of_forwarding(std::string_view peer) {
    static std::mutex mutex; // all shards come here
    static log::limiter limit{std::chrono::minutes(1)};
    unsigned times = 0;
    {
        const std::lock_guard lock(mutex);
        times = limit.due(std::chrono::steady_clock::now());
    }
    if (times > 0)
        log::get("api")->warn(
            "X-Forwarded-For from {} was passed over: it is not in --trusted-proxies ({} times)", peer,
            times);
}

} // namespace

dispatcher::dispatcher(const router& routes, authenticator& auth, cors origins,
                       const trusted_proxies& proxies, rate_limits& rates, metrics& m,
                       rate_metrics& throttles)
    : routes_(routes)
    , auth_(auth)
    , cors_(std::move(origins))
    , proxies_(proxies)
    , limits_(rates)
    , metrics_(m)
    , throttles_(throttles) {
    for (const auto& r : routes_.routes())
        rates_.push_back(find_route_rates(r.method, r.pattern));
}

async::awaitable<http::response> dispatcher::handle(http::request& r) {
    const auto begun = std::chrono::steady_clock::now();
    call c;
    c.request_id = request_id_of(r);
    if (proxies_.passes_over(r)) {
        metrics_.forwards_ignored.Increment();
        warn_of_forwarding(r.peer);
    }
    c.client = proxies_.settle(r);
    c.deadline = begun + time_limit;
    std::string_view area = "none";
    http::response answer;
    std::exception_ptr thrown;
    try {
        answer = co_await serve(r, c, area);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) answer = failed(thrown, c.request_id);
    decorate(r, answer, c.request_id);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    metrics_.answered(area, answer.status, answer.stream ? 0.0 : took.count());
    static const auto logger = log::get("api");
    if (logger->should_log(spdlog::level::debug))
        logger->debug("{} {} {} request={} ms={:.1f}", r.method, shown(pattern_of(r)), answer.status,
                      c.request_id, took.count() * 1000);
    co_return answer;
}

std::optional<http::response> dispatcher::count(rate which, rate_by by, std::string_view who) {
    const auto wait = limits_.take(which, by, who);
    if (!wait) return std::nullopt;
    throttles_.throttled(which, by);
    return throttled(*wait);
}

std::optional<http::response> dispatcher::count_client(rate which, std::string_view client) {
    auto refused = count(which, rate_by::address, client);
    return refused ? std::move(refused) : count(which, rate_by::network, client);
}

async::awaitable<http::response> dispatcher::serve(http::request& r, call& c, std::string_view& area) {
    if (auto refused = count_client(rate::all, c.client)) co_return std::move(*refused);
    auto found = routes_.find(r.method, r.path);
    if (cors_.preflight(r)) co_return cors_.answer_preflight(r, found.path ? found.allowed : every_method());
    if (r.target == "*" && r.method == "OPTIONS") co_return options_answer(every_method());
    if (!found.path) co_return not_found();
    if (!found.index) {
        if (r.method == "OPTIONS") co_return options_answer(found.allowed);
        co_return method_not_allowed(r.method, found.allowed);
    }
    const auto& route = routes_.routes()[*found.index];
    area = route.area;
    r.parameters = std::move(found.parameters);
    mend_text(r);
    const auto& bounds = rates_[*found.index];
    for (const auto* bound : bounds)
        if (auto refused = count_client(bound->which, c.client)) co_return std::move(*refused);
    std::string account;
    if (route.needs != http::access::open) {
        auto who = co_await auth_.authenticate(r, c.deadline);
        if (auto* refused = std::get_if<http::response>(&who)) co_return std::move(*refused);
        c.who = std::move(std::get<identity>(who));
        account = std::to_string(c.who.caller.account());
        if (auto refused = count(rate::all, rate_by::account, account)) co_return std::move(*refused);
        if (route.needs == http::access::administrator && !c.who.administers()) co_return forbidden();
    }
    if (route.csv ? !is_csv(r) : !acceptable_content(r)) co_return unsupported_type(r);
    if (!r.body.empty() && !route.csv) {
        json_input::fault wrong;
        auto body = json_input::parse(r.body, wrong);
        if (!body) co_return invalid(non_field, wrong.message);
        c.body = std::move(*body);
    }
    for (const auto* bound : bounds) {
        const auto who = counted_account(*bound, c.body, account);
        if (auto refused = count(bound->which, rate_by::account, who)) co_return std::move(*refused);
    }
    co_return co_await route.handler(r, c);
}

http::response dispatcher::refuse(const http::request& sent, unsigned status) const {
    http::request r = sent;
    proxies_.settle(r);
    const std::string request_id = request_id_of(r);
    http::response answer;
    if (status == 500) {
        answer = internal_error(request_id);
    } else if (status == 503) {
        answer = unavailable("Too many large bodies are being read at once.");
    } else if (status == 400) {
        answer = invalid(non_field, "Malformed request.");
    } else {
        answer = detail_response(status, std::string(http::reason_phrase(status)) + ".");
    }
    decorate(r, answer, request_id);
    metrics_.answered("none", status, 0);
    return answer;
}

std::string_view dispatcher::pattern_of(const http::request& r) const {
    const auto found = routes_.find(r.method, r.path);
    return found.any ? std::string_view(routes_.routes()[*found.any].pattern) : std::string_view();
}

void dispatcher::decorate(const http::request& r, http::response& answer,
                          const std::string& request_id) const {
    const bool bad = answer.status >= 300 && !answer.stream;
    if (bad && is_success_path(pattern_of(r))) add_success_members(answer);
    answer.set("X-Request-Id", request_id);
    secure(r, answer);
    cors_.decorate(r, answer);
}

} // namespace voltlane::api
