#include "workers/config.hpp"

#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/settings.hpp"

namespace voltlane::workers {
namespace {

const std::set<std::string> all_pools{"commands", "notify", "relay", "sessions", "stations"};

std::string check_thingsboard_url(std::string_view url) {
    if (url.empty()) return {};
    const bool known = url.starts_with("http://") || url.starts_with("https://");
    return known && !url.ends_with('/')
               ? std::string()
               : "must be http://host[:port] or https://host[:port], no slash at the end";
}

} // namespace

void bind(options& o, config& c) {
    o.add("kafka", c.kafka, "Kafka brokers, host:port[,host:port]");
    o.add_secret("database-url", c.database_url, "PostgreSQL, postgresql://user:password@host:port/database",
                 pg::check_url);
    o.require("database-url");
    o.add("pools", c.pools,
          "pools to run: sessions, stations, commands, notify, relay, with commas between; or all",
          [](std::string_view text) {
              std::string wrong;
              parse_pools(text, wrong);
              return wrong;
          });
    o.add("admin-listen", c.admin_listen, "address of /livez, /readyz and /metrics", check_host_port);
    o.add("instance", c.instance,
          "a name that stays the same over restarts and is no other worker's (a StatefulSet's pod name): a "
          "restart then "
          "moves no partitions; empty: none");
    o.add("log-level", c.log_level, "trace, debug, info, warn, error", log::check_level);
    o.add("log-format", c.log_format, "auto, text, json", log::check_format);
    o.add("database-connections", c.database_connections, "connections, each with a thread", 1, 64);
    o.add("batch-records", c.batch_records, "records of one partition in one transaction, at most", 1,
          10'000);
    o.add("batch-linger-ms", c.batch_linger_ms,
          "pause of a partition after a batch, so that the next one is larger", 0, 5'000);
    o.add("relay-poll-ms", c.relay_poll_ms, "pause of the relay between two looks into the outbox", 5, 1'000);
    o.add("meter-retention-days", c.meter_retention_days, "meter values are kept this long; 0: for ever", 0,
          36'500);
    o.add("thingsboard-url", c.thingsboard_url,
          "ThingsBoard server that customers and their users are made in, http(s)://host[:port]; empty: none",
          check_thingsboard_url);
    o.add("thingsboard-username", c.thingsboard_username, "a tenant administrator there");
    o.add_secret("thingsboard-password", c.thingsboard_password, "the administrator's password");
    bind(o, c.mail);
    o.add("stop-seconds", c.stop_seconds, "time for an orderly stop", 1, 300);
}

std::set<std::string> parse_pools(std::string_view text, std::string& wrong) {
    std::set<std::string> names;
    while (!text.empty()) {
        const auto end = text.find(',');
        const std::string name(trim(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (name == "all") {
            names = all_pools;
        } else if (all_pools.contains(name)) {
            names.insert(name);
        } else {
            wrong = "no such pool: \"" + name + "\"";
            return {};
        }
    }
    if (names.empty()) wrong = "names no pool";
    return names;
}

} // namespace voltlane::workers
