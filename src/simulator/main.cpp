#include "shared/base/log.hpp"
#include "simulator/app.hpp"
#include "simulator/config.hpp"

int main(int argc, char** argv) {
    voltlane::simulator::config config;
    voltlane::options options("voltlane-sim", "charge points that behave, and misbehave, as real ones do");
    voltlane::simulator::add_options(options, config);
    if (const int code = options.parse(argc, argv); code >= 0) return code;
    voltlane::log::start("sim", config.log_level, voltlane::log::parse_format(config.log_format));
    return voltlane::simulator::run(config);
}
