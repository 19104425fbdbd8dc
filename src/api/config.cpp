#include "api/config.hpp"

#include "api/auth/token_keys.hpp"
#include "api/conventions.hpp"
#include "api/trusted_proxies.hpp"
#include "shared/base/log.hpp"
#include "shared/base/sealed.hpp"
#include "shared/pg/settings.hpp"

namespace voltlane::api {
namespace {

// Whether it is needed depends on the algorithm: token_keys::load.
std::string check_jwt_key(std::string_view key) {
    return key.empty() || key.size() >= token_keys::least_secret_bytes ? std::string()
                                                                       : "must have at least 32 bytes";
}

std::string check_gateway_url(std::string_view url) {
    const bool known = url.starts_with("ws://") || url.starts_with("wss://");
    return known && !url.ends_with('/')
               ? std::string()
               : "must be ws://host[:port] or wss://host[:port], no slash at the end";
}

void bind_rate(options& o, const std::string& name, rate_bound& bound, const std::string& what) {
    constexpr std::int64_t most = 1'000'000'000;
    const bool administrators_only = name == "lookups" || name == "invitations";
    if (!administrators_only)
        o.add("rate-" + name, bound.address, what + " from one address a minute; 0: no bound", 0, most);
    if (name == "register") return; // by somebody who has no account yet
    o.add("rate-" + name + "-account", bound.account, what + " by one account a minute; 0: no bound", 0,
          most);
}

} // namespace

void bind(options& o, config& c) {
    o.add("api-listen", c.api_listen, "host:port of the REST API", check_host_port);
    o.add("admin-listen", c.admin_listen, "host:port of /livez, /readyz and /metrics", check_host_port);
    o.add_secret("database-url", c.database_url, "PostgreSQL connection string or URL", pg::check_url);
    o.require("database-url");
    o.add("kafka", c.kafka, "bootstrap brokers, host:port[,host:port...]");
    o.add("jwt-algorithm", c.jwt_algorithm,
          "what signs tokens: HS256 (jwt-key), RS256 or ES256 (jwt-key-file)", check_key_algorithm);
    o.add_secret("jwt-key", c.jwt_key,
                 "key that signs tokens with HS256, at least 32 bytes, the same on every pod; with another "
                 "algorithm it verifies only",
                 check_jwt_key);
    o.add_secret(
        "jwt-previous-keys", c.jwt_previous_keys,
        "HS256 keys that verify tokens but sign none, comma separated: the next one before it becomes "
        "jwt-key, the last one until its refresh tokens have expired",
        check_previous_secrets);
    o.add("jwt-key-file", c.jwt_key_file,
          "file of the private key that signs tokens with RS256 (2048 bits or more) or ES256 (P-256), PEM");
    o.add("jwt-previous-key-files", c.jwt_previous_key_files,
          "files of keys that verify tokens but sign none, comma separated, private or public, PEM");
    o.add("open-tenants", c.open_tenants,
          "whoever signs up as super_admin or registers as CUSTOMER gets a tenant; false: both are refused, "
          "and "
          "voltlane-admin makes the tenants");
    o.add_secret("command-key", c.command_key,
                 "key that seals secret command params between API and gateway: 64 hex digits; empty: such "
                 "commands are refused",
                 check_sealing_key);
    o.add("public-gateway-url", c.public_gateway_url, "what chargers dial, ws[s]://host[:port]",
          check_gateway_url);
    o.add("dashboard-origin", c.dashboard_origin,
          "origins that browsers may call from (CORS), comma separated; empty: none", cors::check);
    o.add("trusted-proxies", c.trusted_proxies,
          "addresses and networks (a.b.c.d/n) of the front proxies, comma separated: X-Forwarded-For, -Proto "
          "and "
          "-Host are believed from these only; empty: from nobody",
          trusted_proxies::check);
    o.add("user-types-file", c.user_types_file,
          "YAML file that declares user types and their profiles; it is applied at every start; empty: none");
    o.add("instance", c.instance, "name of this pod in records and logs; empty: a random one");
    o.add("threads", c.threads, "shards, each with its own listening socket; 0: one per core", 0, 256);
    o.add("database-connections", c.database_connections, "PostgreSQL connections, one thread each", 1, 256);
    o.add("search-connections", c.search_connections,
          "further PostgreSQL connections, for what may take seconds (exports, imports, searches by text, "
          "offsets over 10,000), so that nothing else waits behind it",
          1, 64);
    o.add("password-threads", c.password_threads, "threads that hash passwords, 19 MiB each while they do", 1,
          64);
    o.add("access-seconds", c.access_seconds, "life of an access token in seconds", 1, 86'400);
    o.add("refresh-seconds", c.refresh_seconds, "life of a refresh token in seconds", 60, 31'536'000);
    o.add("command-seconds", c.command_seconds, "how long a command may wait to be answered, in seconds", 1,
          600);
    o.add("vouch-seconds", c.vouch_seconds, "how long a remote start vouches for its tag, in seconds", 1,
          3600);
    bind_rate(o, "all", c.rates.all, "requests of any kind");
    bind_rate(o, "login", c.rates.login, "logins, with the right password or a wrong one,");
    bind_rate(o, "reset", c.rates.reset,
              "password resets asked for or confirmed, verification mails asked for again,");
    bind_rate(o, "register", c.rates.registration, "signups and registrations");
    bind_rate(o, "commands", c.rates.commands, "commands to charge points");
    bind_rate(o, "lookups", c.rates.lookups, "e-mails of accounts outside the tenant asked for");
    bind_rate(o, "invitations", c.rates.invitations, "invitations");
    o.add("log-level", c.log_level, "trace, debug, info, warn or error", log::check_level);
    o.add("log-format", c.log_format, "auto, text or json", log::check_format);
}

} // namespace voltlane::api
