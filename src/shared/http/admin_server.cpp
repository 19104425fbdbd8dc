#include "shared/http/admin_server.hpp"

#include "shared/http/acceptor.hpp"
#include "shared/http/listener.hpp"

namespace voltlane::http {
namespace {

response text(unsigned status, std::string body) {
    response r;
    r.status = status;
    r.content_type = "text/plain; charset=utf-8";
    r.body = std::move(body);
    return r;
}

} // namespace

class admin_server::impl {
public:
    impl(async::executor ex, const host_port& listen, const metrics::registry& metrics, readiness ready)
        : metrics_(metrics)
        , ready_(std::move(ready))
        , listener_(ex, 0, listen,
                    {.handle = [this](request& r) { return handle(r); }, .protocol_error = {}}) {}

    async::awaitable<response> handle(request& r) { co_return answer(r); }

    response answer(const request& r) const {
        if (r.method != "GET" && r.method != "HEAD") {
            auto refused = text(405, "method not allowed\n");
            refused.set("Allow", "GET, HEAD");
            return refused;
        }
        if (r.path == "/livez") return text(200, "alive\n");
        if (r.path == "/readyz") {
            auto why_not = ready_();
            return why_not.empty() ? text(200, "ready\n") : text(503, why_not + "\n");
        }
        if (r.path == "/metrics") {
            auto page = text(200, metrics_.text());
            page.content_type = "text/plain; version=0.0.4; charset=utf-8";
            return page;
        }
        return text(404, "not found\n");
    }

    const metrics::registry& metrics_;
    readiness ready_;
    listener listener_;
};

admin_server::admin_server(async::executor ex, const host_port& listen, const metrics::registry& metrics,
                           readiness ready) {
    if (listen.port != 0) require_free(ex, listen);
    impl_ = std::make_unique<impl>(ex, listen, metrics, std::move(ready));
}

admin_server::~admin_server() = default;

void admin_server::start() {
    impl_->listener_.start();
}

async::awaitable<void> admin_server::stop() {
    return impl_->listener_.stop();
}

std::uint16_t admin_server::port() const {
    return impl_->listener_.port();
}

} // namespace voltlane::http
