#include "api/app.hpp"
#include "api/config.hpp"
#include "api/user_types/types_file.hpp"
#include "shared/base/log.hpp"

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    // For tests that walk every route; needs no configuration.
    if (argc == 2 && std::string_view(argv[1]) == "--describe-routes") {
        std::cout << voltlane::api::describe_routes();
        return 0;
    }
    if (argc == 3 && std::string_view(argv[1]) == "--check-user-types") {
        const auto file = voltlane::api::read_types_file(argv[2]);
        for (const auto& fault : file.faults)
            std::cerr << argv[2] << ": " << fault << '\n';
        return file.faults.empty() ? 0 : 2;
    }
    voltlane::api::config config;
    voltlane::options options("voltlane-api", "REST, server-sent events, commands");
    voltlane::api::bind(options, config);
    if (const int code = options.parse(argc, argv); code >= 0) return code;
    voltlane::log::start("api", config.log_level, voltlane::log::parse_format(config.log_format));
    voltlane::log::get("api")->info("configuration: {}", options.summary());
    return voltlane::api::run(config);
}
