#include "api/routes/all.hpp"

#include "shared/base/log.hpp"

namespace voltlane::api {
namespace {

// The row says deleted already; a broker that is away costs no more than sessions that stay open until
// somebody closes them.
async::awaitable<void> abandon_sessions(decision_desk& desk, charger_key point, account_id by,
                                        std::size_t shard) {
    const auto told = co_await desk.decide(point, session_id(0), "abandon", std::nullopt, by, shard);
    if (!told)
        log::get("api")->warn("open sessions of the deleted {} were not ended: {}", to_string(point),
                              told.error().message());
}

std::optional<sealing_key> sealing(const config& c) {
    if (c.command_key.empty()) return std::nullopt;
    return sealing_key::from_hex(c.command_key).value();
}

} // namespace

std::unique_ptr<all_routes> make_routes(const parts& p) {
    auto abandon = [&desk = p.decisions](charger_key point, account_id by, std::size_t shard) {
        return abandon_sessions(desk, std::move(point), by, shard);
    };
    const command_routes::settings s{std::chrono::seconds(p.settings.command_seconds),
                                     std::chrono::seconds(p.settings.vouch_seconds)};
    const account_maker maker(p.database, p.hashes, p.guard, p.counted);
    const logins entry(p.database, p.hashes, p.guard, p.signer, p.now, p.counted);
    const refreshes renewal(p.database, p.signer, p.revoked, p.counted);
    const auto desk = std::make_shared<download_desk>(p.callers, p.revoked, p.now);
    auto made = std::make_unique<all_routes>(all_routes{
        .signup = {maker, p.settings.open_tenants},
        .registration = {maker, p.types, p.settings.open_tenants},
        .email_verification = email_verification_routes(p.database),
        .approvals = approval_routes(p.database),
        .password_reset = {p.database, p.hashes, p.guard, p.revoked, p.counted},
        .login = {p.database, entry, renewal, p.signer, p.callers, p.revoked, p.used, p.types},
        .token_pairs = {p.database, entry, renewal, p.signer, p.revoked, p.now},
        .login_sessions = {p.database, p.revoked, p.now},
        .profile = {p.database, p.settings.public_gateway_url, p.types},
        .user_types = {p.database, p.types},
        .charge_points = {p.database, p.presence, std::move(abandon)},
        .grants = grant_routes(p.database),
        .held_prices = {p.database, p.types},
        .sessions = {p.database, p.searches, p.now},
        .session_export = {p.searches, desk, p.now},
        .figures = {p.database, p.now},
        .decisions = {p.database, p.decisions, p.now},
        .commands = {p.database, p.presence, p.commands, sealing(p.settings), s, p.now, p.counted},
        .command_log = {p.database, p.searches},
        .id_tags = {p.database, p.searches, desk},
        .id_tag_import = {p.searches, desk, p.rates},
        .users = {p.database, p.revoked, p.now},
        .members = {p.database, p.revoked, p.now},
        .invitations = {p.database, maker, p.callers, p.revoked, p.now},
        .events = {p.hub, p.callers, p.revoked, p.now, p.counted},
    });
    made->fill();
    return made;
}

void all_routes::fill() {
    signup.add_to(table);
    registration.add_to(table);
    email_verification.add_to(table);
    approvals.add_to(table);
    password_reset.add_to(table);
    login.add_to(table);
    token_pairs.add_to(table);
    login_sessions.add_to(table);
    profile.add_to(table);
    user_types.add_to(table);
    charge_points.add_to(table);
    grants.add_to(table);
    held_prices.add_to(table);
    sessions.add_to(table);
    session_export.add_to(table);
    figures.add_to(table);
    decisions.add_to(table);
    commands.add_to(table);
    command_log.add_to(table);
    id_tags.add_to(table);
    id_tag_import.add_to(table);
    users.add_to(table);
    members.add_to(table);
    invitations.add_to(table);
    events.add_to(table);
    schema.add_to(table);
    static_files.add_to(table);
}

} // namespace voltlane::api
