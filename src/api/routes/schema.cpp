#include "api/routes/schema.hpp"

#include "api/errors.hpp"
#include "api/routes/static_files.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace voltlane::api {
namespace {

// What the pages may do: load our files, call this API, and nothing else. Images in style sheets are data:
// URLs.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; style-src 'self'";
// Redoc makes its style sheets in the browser: by insertRule() on empty <style> elements (the hash of no
// text), and one with the text of its scroll bar (the other hash, of Redoc 2.5.4).
constexpr std::string_view redoc_styles = " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
                                          " 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='";

// The q of a media range's parameters; 1 where there is none, 0 where it is no number.
double quality(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto semicolon = parameters.find(';');
        const auto one = trim(parameters.substr(0, semicolon));
        if (one.starts_with("q=") || one.starts_with("Q=")) {
            double q = 0;
            std::from_chars(one.data() + 2, one.data() + one.size(), q);
            return q >= 0 && q <= 1 ? q : 0;
        }
        parameters =
            semicolon == std::string_view::npos ? std::string_view() : parameters.substr(semicolon + 1);
    }
    return 1;
}

http::response description(const http::request& r) {
    const auto format = r.parameter("format");
    const bool json = format ? *format == "json" : prefers_json(r.header("accept"));
    auto answer = file_response(r, *find_embedded(json ? "openapi.json" : "openapi.yaml"), false);
    answer.set("Vary", "Accept");
    return answer;
}

http::response page(const http::request& r, std::string_view name, std::string_view styles) {
    auto answer = file_response(r, *find_embedded(name), false);
    answer.set("Content-Security-Policy", std::string(page_policy).append(styles));
    return answer;
}

async::awaitable<http::response> ready(http::response answer) {
    co_return answer;
}

} // namespace

bool prefers_json(std::string_view accept) {
    static constexpr std::array<std::string_view, 2> json_types{"application/json",
                                                                "application/vnd.oai.openapi+json"};
    static constexpr std::array<std::string_view, 5> yaml_types{
        "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/vnd.oai.openapi"};
    double json = 0;
    double yaml = 0;
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        const auto range = accept.substr(0, comma);
        const auto semicolon = range.find(';');
        const auto type = trim(range.substr(0, semicolon));
        const auto q = quality(semicolon == std::string_view::npos ? "" : range.substr(semicolon + 1));
        const auto is = [type](std::string_view known) {
            return iequals(type, known);
        };
        if (std::any_of(json_types.begin(), json_types.end(), is)) json = std::max(json, q);
        if (std::any_of(yaml_types.begin(), yaml_types.end(), is)) yaml = std::max(yaml, q);
        accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
    }
    return json > 0 && json >= yaml;
}

void schema_routes::add_to(router& table) {
    const auto add = [&table](std::string pattern, auto answer) {
        table.add(
            {"GET", std::move(pattern), http::access::open, "schema", [answer](http::request& r, call&) {
                 return ready(answer(r));
             }});
    };
    add("/api/v1/schema/", description);
    add("/api/v1/schema/swagger-ui/", [](const http::request& r) { return page(r, "swagger-ui.html", ""); });
    add("/api/v1/schema/redoc/", [](const http::request& r) { return page(r, "redoc.html", redoc_styles); });
}

} // namespace voltlane::api
