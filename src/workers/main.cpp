#include "shared/base/config.hpp"
#include "workers/app.hpp"
#include "workers/config.hpp"

int main(int argc, char** argv) {
    voltlane::workers::config config;
    voltlane::options options(
        "voltlane-worker", "Folds what chargers said into PostgreSQL and publishes what others must hear.");
    voltlane::workers::bind(options, config);
    if (const int code = options.parse(argc, argv); code >= 0) return code;
    return voltlane::workers::run(config, options.summary());
}
