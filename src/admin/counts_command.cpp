#include "admin/counts_command.hpp"

#include "shared/store/count_checks.hpp"

namespace voltlane::admin {
namespace {

constexpr std::int64_t most_shown = 20; // of each table; more say the same

} // namespace

exit_code check_counts(session& s) {
    const auto found =
        s.database().read([](pg::transaction& t) { return store::find_wrong_counts(t, most_shown); });
    for (const auto& line : found.examples)
        s.out() << line << '\n';
    s.out() << found.sessions << " counts of sessions and " << found.commands << " of commands are wrong"
            << (found.none() ? "" : ": voltlane-admin counts recount") << '\n';
    return found.none() ? exit_code::done : exit_code::different;
}

void recount(session& s) {
    s.database().run([](pg::transaction& t) { store::recount_sessions(t); });
    s.database().run([](pg::transaction& t) { store::recount_commands(t); });
    s.out() << "counted anew\n";
}

} // namespace voltlane::admin
