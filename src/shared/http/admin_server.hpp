#pragma once

#include "shared/async/types.hpp"
#include "shared/base/config.hpp"
#include "shared/base/metrics.hpp"

#include <functional>
#include <memory>
#include <string>

namespace voltlane::http {

// The admin port of a lasting process: /livez, /readyz, /metrics (GET and HEAD).
//
// /livez is 200 while the shard runs. /readyz asks the process: 200 "ready", or 503 with the reasons, one a
// line; it speaks of the process's own state (views loaded, not stopping), never of Kafka or PostgreSQL,
// whose outage must take no pod out. Lives on one shard; start, stop and destruction on its thread (or before
// its context runs).
class admin_server {
public:
    // Empty: ready; else why not. Called on the admin server's shard.
    using readiness = std::function<std::string()>;

    // Throws boost::system::system_error where the address cannot be bound. Port 0: the system chooses.
    admin_server(async::executor ex, const host_port& listen, const metrics::registry& metrics,
                 readiness ready);
    ~admin_server();
    admin_server(const admin_server&) = delete;
    admin_server& operator=(const admin_server&) = delete;

    void start();
    // Closes the port and every connection. Last in a process's order of stopping.
    async::awaitable<void> stop();
    std::uint16_t port() const;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace voltlane::http
