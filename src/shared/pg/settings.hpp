#pragma once

#include <chrono>
#include <string>

namespace voltlane::pg {

// Who connects; decides the server's time limits, since a blocked thread cannot be cancelled from here.
enum class role {
    worker, // batches: a stopped zombie must not block the new owner of its partition by its row lock
    relay,  // holds advisory locks while idle: a stopped one must lose them
    api,    // requests: a person waits
    admin,  // migrations and tools: no statement limit
};

struct time_limits {
    std::chrono::milliseconds statement; // 0: none
    std::chrono::milliseconds lock;
    std::chrono::milliseconds idle_in_transaction;
    std::chrono::milliseconds idle;
};
time_limits limits_of(role r) noexcept;

struct settings {
    std::string url; // postgresql://user:password@host:port/database, or libpq's key=value form
    role as = role::worker;
    std::string application; // shown in pg_stat_activity
};

// What libpq gets: the URL with keepalives, connect time-out, UTC, UTF-8 and the role's limits. Members that
// the URL sets itself (options, connect_timeout ...) win.
std::string connection_string(const settings& s);

// Empty, or what is wrong with it; for options::add. Never contains the text itself (it may hold a password).
std::string check_url(std::string_view url);

} // namespace voltlane::pg
