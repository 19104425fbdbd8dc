#include "simulator/config.hpp"

#include "shared/base/log.hpp"
#include "simulator/net/dial_address.hpp"

namespace voltlane::simulator {

void add_options(options& o, config& c) {
    o.add_secret("url", c.url, "where chargers dial: ws://host:port/path, without the charger's id",
                 check_dial_address);
    o.require("url");
    o.add("chargers", c.chargers, "charge points", 1, 1'000'000);
    o.add("prefix", c.prefix, "their ids: prefix, '-' and a number from 1", check_prefix);
    o.add("seed", c.seed, "the same seed makes the same decisions", 0, 2'000'000'000);
    o.add("scenario", c.scenario, "a YAML file that says what happens (src/simulator/scenarios)");
    o.add("duration", c.duration, "seconds until the end; 0: until SIGTERM or SIGINT", 0, 30 * 86'400);
    o.add("summary-json", c.summary_json, "file for the summary, beside the text on standard output");
    o.add("admin-listen", c.admin_listen, "/livez, /readyz, /metrics; none without it", check_host_port);
    o.add("log-level", c.log_level, "trace, debug, info, warn or error", log::check_level);
    o.add("log-format", c.log_format, "auto, text or json", log::check_format);
}

} // namespace voltlane::simulator
