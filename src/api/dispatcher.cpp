#include "api/dispatcher.hpp"

#include "api/errors.hpp"
#include "shared/base/log.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

// Too long for a log line is cut; everything else is printable or escaped by the logger.
std::string_view shown(std::string_view path) {
    return path.substr(0, 200);
}

} // namespace

async::awaitable<http::response> dispatcher::handle(http::request& r) {
    const auto begun = std::chrono::steady_clock::now();
    call c;
    c.request_id = request_id_of(r);
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
        logger->debug("{} {} {} request={} ms={:.1f}", r.method, shown(r.path), answer.status, c.request_id,
                      took.count() * 1000);
    co_return answer;
}

async::awaitable<http::response> dispatcher::serve(http::request& r, call& c, std::string_view& area) {
    auto found = routes_.find(r.method, r.path);
    if (!found.path) co_return cors_.preflight(r) ? cors_.answer_preflight(r, {}) : not_found();
    if (cors_.preflight(r)) co_return cors_.answer_preflight(r, found.allowed);
    if (!found.index) {
        auto answer = method_not_allowed(r.method, found.allowed);
        if (r.method != "OPTIONS") co_return answer;
        answer.status = 204;
        answer.body.clear();
        answer.content_type.clear();
        co_return answer;
    }
    const auto& route = routes_.routes()[*found.index];
    area = route.area;
    r.parameters = std::move(found.parameters);
    if (route.needs != http::access::open) {
        auto who = co_await auth_.authenticate(r, c.deadline);
        if (auto* refused = std::get_if<http::response>(&who)) co_return std::move(*refused);
        c.who = std::move(std::get<identity>(who));
        if (route.needs == http::access::administrator && !c.who.administers()) co_return forbidden();
    }
    if (!acceptable_content(r)) {
        // As a header it may hold any byte; as JSON text it may not.
        std::string type(r.header("content-type").substr(0, 100));
        const auto printable = [](char ch) {
            return ch >= ' ' && ch <= '~';
        };
        if (!std::all_of(type.begin(), type.end(), printable)) type = "?";
        co_return detail_response(415, "Unsupported media type \"" + type + "\" in request.");
    }
    if (!r.body.empty()) {
        json_input::fault wrong;
        auto body = json_input::parse(r.body, wrong);
        if (!body) co_return invalid(non_field, wrong.message);
        c.body = std::move(*body);
    }
    co_return co_await route.handler(r, c);
}

http::response dispatcher::refuse(const http::request& r, unsigned status) const {
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
    answer.set("X-Content-Type-Options", "nosniff");
    answer.set("Cache-Control", "no-store");
    cors_.decorate(r, answer);
}

} // namespace voltlane::api
