#include "admin/session.hpp"

#include "admin/failure.hpp"
#include "shared/pg/migrations.hpp"

namespace voltlane::admin {

pg::settings session::database_settings() const {
    return {config_.database_url, pg::role::admin, "voltlane-admin"};
}

pg::database& session::bare_database() {
    if (config_.database_url.empty())
        throw failure("--database-url (VOLTLANE_DATABASE_URL) must be given", exit_code::usage);
    return database_;
}

pg::database& session::database() {
    auto& db = bare_database();
    if (!schema_checked_) {
        const auto wrong = db.read([](pg::transaction& t) { return pg::check_schema(t); });
        if (!wrong.empty()) throw failure(wrong);
        schema_checked_ = true;
    }
    return db;
}

} // namespace voltlane::admin
