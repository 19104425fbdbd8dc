#include "gateway/app.hpp"
#include "gateway/config.hpp"
#include "shared/base/log.hpp"

#include <algorithm>

int main(int argc, char** argv) {
    voltlane::gateway::config config;
    voltlane::options options(
        "voltlane-gateway", "holds chargers' WebSockets, checks and answers their calls, delivers commands");
    voltlane::gateway::add_options(options, config);
    if (const int code = options.parse(argc, argv); code >= 0) return code;
    voltlane::log::start("gateway", config.log_level, voltlane::log::parse_format(config.log_format));
    auto summary = options.summary();
    std::replace(summary.begin(), summary.end(), '\n', ' ');
    voltlane::log::get("gateway")->info("configuration: {}", summary);
    return voltlane::gateway::run(config);
}
