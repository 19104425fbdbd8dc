#include "api/errors.hpp"

#include "shared/base/json.hpp"
#include "shared/base/log.hpp"
#include "shared/pg/failure.hpp"

#include <boost/system/system_error.hpp>

namespace voltlane::api {
namespace {

// What a client is told to wait when the database or the broker is away: they are usually back within
// seconds.
constexpr std::chrono::seconds retry_after{5};
constexpr std::string_view away = "Service temporarily unavailable, try again later.";

http::response from_database(const pg::failure& f, std::string_view request_id) {
    switch (f.kind()) {
    case pg::failure_kind::unavailable:
    case pg::failure_kind::retryable:
    case pg::failure_kind::in_doubt: return unavailable(away);
    case pg::failure_kind::conflict: return detail_response(409, "The request conflicts with another one.");
    case pg::failure_kind::poison:
    case pg::failure_kind::defect: break;
    }
    log::get("api")->error("request {}: SQLSTATE {}: {}", request_id, f.sqlstate(), f.what());
    return internal_error(request_id);
}

} // namespace

unsigned status_of(errc e) noexcept {
    switch (e) {
    case errc::invalid_input: return 400;
    case errc::not_found: return 404;
    case errc::conflict: return 409;
    case errc::forbidden: return 403;
    case errc::unauthenticated: return 401;
    case errc::too_large: return 413;
    case errc::overloaded:
    case errc::timed_out:
    case errc::stopped:
    case errc::unavailable:
    case errc::fenced: return 503;
    case errc::corrupt: return 500;
    }
    return 500;
}

http::response json_response(unsigned status, std::string body) {
    http::response r;
    r.status = status;
    r.body = std::move(body);
    if (r.body.empty()) r.content_type.clear();
    return r;
}

http::response detail_response(unsigned status, std::string_view detail) {
    std::string body = "{";
    jsonio::append_member(body, "detail", detail);
    return json_response(status, body + "}");
}

http::response invalid(const field_messages& fields) {
    std::string body = "{";
    for (const auto& [field, messages] : fields) {
        jsonio::append_name(body, field);
        body += '[';
        for (const auto& m : messages) {
            if (body.back() != '[') body += ',';
            jsonio::append_string(body, m);
        }
        body += ']';
    }
    return json_response(400, body + "}");
}

http::response invalid(std::string_view field, std::string_view message) {
    return invalid({{std::string(field), {std::string(message)}}});
}

http::response no_credentials() {
    auto r = detail_response(401, "Authentication credentials were not provided.");
    r.set("WWW-Authenticate", "Bearer realm=\"api\"");
    return r;
}

http::response bad_token() {
    auto r =
        json_response(401, R"({"detail":"Given token not valid for any token type","code":"token_not_valid",)"
                           R"("messages":[{"token_class":"AccessToken","token_type":"access",)"
                           R"("message":"Token is invalid or expired"}]})");
    r.set("WWW-Authenticate", "Bearer realm=\"api\"");
    return r;
}

http::response revoked_token() {
    auto r = json_response(
        401, R"({"detail":"Token has been revoked. Please login again.","code":"token_revoked"})");
    r.set("WWW-Authenticate", "Bearer realm=\"api\"");
    return r;
}

http::response forbidden() {
    return detail_response(403, "You do not have permission to perform this action.");
}

http::response not_found() {
    return detail_response(404, "Not found.");
}

http::response method_not_allowed(std::string_view method, const std::vector<std::string>& allowed) {
    auto r = detail_response(405, "Method \"" + std::string(method) + "\" not allowed.");
    std::string list;
    for (const auto& m : allowed)
        list += (list.empty() ? "" : ", ") + m;
    r.set("Allow", std::move(list));
    return r;
}

http::response throttled(std::chrono::seconds wait) {
    const auto seconds = std::to_string(wait.count());
    auto r = detail_response(429, "Request was throttled. Expected available in " + seconds + " second" +
                                      (wait.count() == 1 ? "." : "s."));
    r.set("Retry-After", seconds);
    return r;
}

http::response unavailable(std::string_view detail) {
    auto r = detail_response(503, detail);
    r.set("Retry-After", std::to_string(retry_after.count()));
    return r;
}

http::response internal_error(std::string_view request_id) {
    std::string body = "{";
    jsonio::append_member(body, "detail", "Internal server error.");
    jsonio::append_member(body, "request_id", request_id);
    return json_response(500, body + "}");
}

http::response failed(errc e) {
    switch (status_of(e)) {
    case 400: return invalid(non_field, "Invalid data.");
    case 401: return bad_token();
    case 403: return forbidden();
    case 404: return not_found();
    case 409: return detail_response(409, "The request conflicts with the present state.");
    case 413: return detail_response(413, "The request is too large.");
    case 503: return unavailable(away);
    default: return detail_response(500, "Internal server error.");
    }
}

http::response failed(std::exception_ptr thrown, std::string_view request_id) {
    try {
        std::rethrow_exception(thrown);
    } catch (const pg::failure& f) {
        return from_database(f, request_id);
    } catch (const boost::system::system_error& e) {
        if (e.code().category() == voltlane_category()) {
            const auto known = static_cast<errc>(e.code().value());
            if (status_of(known) != 500) return failed(known);
        }
        log::get("api")->error("request {}: {}", request_id, e.what());
    } catch (const std::exception& e) {
        log::get("api")->error("request {}: {}", request_id, e.what());
    }
    return internal_error(request_id);
}

} // namespace voltlane::api
