#include "admin/migrate_command.hpp"

#include "admin/failure.hpp"
#include "shared/pg/migrations.hpp"

namespace voltlane::admin {

void migrate(session& s) {
    std::string why;
    const auto all = pg::read_migrations(s.options().sql_dir, why);
    if (!all) throw failure(why);
    const auto report = pg::migrate(s.bare_database(), *all);
    for (const auto& name : report.applied)
        s.out() << "applied " << name << '\n';
    if (!report.refused.empty()) throw failure(report.refused);
    if (report.applied.empty()) s.out() << "nothing to do: the schema is at " << all->back().name << '\n';
}

} // namespace voltlane::admin
