#include "admin/failure.hpp"

namespace voltlane::admin {

void kafka_failed(const std::string& doing, const error_code& ec, const std::string& said) {
    const bool away = ec == errc::unavailable || ec == errc::timed_out;
    throw failure("Kafka: cannot " + doing + ": " + (said.empty() ? ec.message() : said),
                  away ? exit_code::unreachable : exit_code::failed);
}

} // namespace voltlane::admin
