#pragma once

#include "api/call.hpp"
#include "api/errors.hpp"
#include "api/live/command_desk.hpp"
#include "api/live/presence_view.hpp"
#include "api/metrics.hpp"
#include "shared/base/clock.hpp"
#include "shared/base/sealed.hpp"
#include "shared/ocpp/v16/commands.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/charge_point_catalog.hpp"
#include "shared/store/session_views.hpp"

#include <optional>
#include <string>

namespace voltlane::api {

// POST /api/charge-points/<pk>/command/: checks rights and params, writes the row (and the vouch of a remote
// start), addresses the command to the charger's connection and publishes it; `?wait=` waits for the
// charger's answer.
class command_routes {
public:
    struct settings {
        std::chrono::seconds deadline{60};
        std::chrono::seconds vouch{300};
    };
    static constexpr std::int64_t longest_wait = 60; // seconds

    command_routes(pg::pool& database, const presence_view& presence, command_desk& desk,
                   std::optional<sealing_key> key, settings s, const clock& c, metrics& m)
        : database_(database)
        , presence_(presence)
        , desk_(desk)
        , key_(std::move(key))
        , settings_(s)
        , clock_(c)
        , metrics_(m) {}
    void add_to(router& table);

private:
    // What a request asks for, as far as it can be told without the database.
    struct order {
        const ocpp::v16::command_spec* spec = nullptr;
        boost::json::object payload;
        std::optional<std::int64_t> session; // the transactionId to translate
        bool raw = false;
        field_messages errors;
    };
    struct context {
        std::optional<store::charge_point_place> charge_point;
        std::optional<store::session_row> session;
        bool own_tag = false; // of a remote start: registered there as the caller's, and good
    };

    async::awaitable<http::response> give(http::request& r, call& c);
    async::awaitable<context> look_up(domain::caller who, std::string charge_point, const order& o,
                                      async::steady_point deadline);
    static order read_order(const json_input& body);
    events::command make_command(const order& o, const charger_key& charge_point,
                                 const connection_place& place, const identity& who) const;
    async::awaitable<void> write_row(const events::command& command, const order& o,
                                     std::int64_t charge_point, async::steady_point deadline);

    pg::pool& database_;
    const presence_view& presence_;
    command_desk& desk_;
    std::optional<sealing_key> key_;
    settings settings_;
    const clock& clock_;
    metrics& metrics_;
};

// `?wait=`: seconds within 1 to 60; 0: not asked for.
std::chrono::seconds wait_of(const http::request& r);

} // namespace voltlane::api
