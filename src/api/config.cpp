#include "api/config.hpp"

#include "shared/base/log.hpp"
#include "shared/base/sealed.hpp"
#include "shared/pg/settings.hpp"

namespace voltlane::api {
namespace {

// HS256 is as strong as its key: RFC 7518 section 3.2 asks for the hash's size at least.
constexpr std::size_t min_jwt_key_bytes = 32;

std::string check_jwt_key(std::string_view key) {
    return key.size() >= min_jwt_key_bytes ? std::string() : "must have at least 32 bytes";
}

std::string check_gateway_url(std::string_view url) {
    const bool known = url.starts_with("ws://") || url.starts_with("wss://");
    return known && !url.ends_with('/')
               ? std::string()
               : "must be ws://host[:port] or wss://host[:port], no slash at the end";
}

std::string check_origin(std::string_view origin) {
    if (origin.empty()) return {};
    const bool known = origin.starts_with("http://") || origin.starts_with("https://");
    const auto host = origin.substr(origin.find("//") == std::string_view::npos ? 0 : origin.find("//") + 2);
    return known && host.find('/') == std::string_view::npos
               ? std::string()
               : "must be http(s)://host[:port], no slash at the end";
}

} // namespace

void bind(options& o, config& c) {
    o.add("api-listen", c.api_listen, "host:port of the REST API", check_host_port);
    o.add("admin-listen", c.admin_listen, "host:port of /livez, /readyz and /metrics", check_host_port);
    o.add_secret("database-url", c.database_url, "PostgreSQL connection string or URL", pg::check_url);
    o.require("database-url");
    o.add("kafka", c.kafka, "bootstrap brokers, host:port[,host:port...]");
    o.add_secret("jwt-key", c.jwt_key,
                 "key that signs tokens (HS256), at least 32 bytes, the same on every pod", check_jwt_key);
    o.require("jwt-key");
    o.add_secret("command-key", c.command_key,
                 "key that seals secret command params between API and gateway: 64 hex digits; empty: such "
                 "commands are refused",
                 check_sealing_key);
    o.add("public-gateway-url", c.public_gateway_url, "what chargers dial, ws[s]://host[:port]",
          check_gateway_url);
    o.add("dashboard-origin", c.dashboard_origin,
          "the one origin that browsers may call from (CORS); empty: none", check_origin);
    o.add("instance", c.instance, "name of this pod in records and logs; empty: a random one");
    o.add("threads", c.threads, "shards, each with its own listening socket; 0: one per core", 0, 256);
    o.add("database-connections", c.database_connections, "PostgreSQL connections, one thread each", 1, 256);
    o.add("password-threads", c.password_threads, "threads that hash passwords, 19 MiB each while they do", 1,
          64);
    o.add("access-seconds", c.access_seconds, "life of an access token in seconds", 1, 86'400);
    o.add("refresh-seconds", c.refresh_seconds, "life of a refresh token in seconds", 60, 31'536'000);
    o.add("command-seconds", c.command_seconds, "how long a command may wait to be answered, in seconds", 1,
          600);
    o.add("vouch-seconds", c.vouch_seconds, "how long a remote start vouches for its tag, in seconds", 1,
          3600);
    o.add("log-level", c.log_level, "trace, debug, info, warn or error", log::check_level);
    o.add("log-format", c.log_format, "auto, text or json", log::check_format);
}

} // namespace voltlane::api
