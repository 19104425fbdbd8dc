#pragma once

#include "admin/config.hpp"
#include "shared/kafka/conf.hpp"
#include "shared/pg/database.hpp"

#include <ostream>

namespace voltlane::admin {

// What every command works with. One thread; lives as long as the command.
class session {
public:
    session(const config& c, std::ostream& out) : config_(c), out_(out), database_(database_settings()) {}

    const config& options() const noexcept { return config_; }
    std::ostream& out() noexcept { return out_; } // results; a failure is thrown

    kafka::client_settings kafka_client() const { return {config_.kafka, "voltlane-admin", {}}; }
    pg::settings database_settings() const;
    // For `migrate`, which alone may meet a schema that is not ours.
    pg::database& bare_database();
    // Throws failure where no URL is given or the schema is not the one that this program knows.
    pg::database& database();

private:
    const config& config_;
    std::ostream& out_;
    pg::database database_;
    bool schema_checked_ = false;
};

} // namespace voltlane::admin
