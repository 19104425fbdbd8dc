#include "api/routes/commands.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/live/decision_desk.hpp"
#include "api/live/event_json.hpp"
#include "api/routes/charge_points.hpp"
#include "shared/base/random.hpp"
#include "shared/base/text.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"
#include "shared/store/command_log.hpp"
#include "shared/store/id_tags.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

namespace v16 = ocpp::v16;

// How far a new charger's row may be behind its connection before it counts as not there.
constexpr std::chrono::seconds registration_lag{3};
constexpr std::chrono::milliseconds look_again{50};
constexpr std::string_view remote_start = "RemoteStartTransaction";
constexpr std::string_view unknown_session = "No such session at this charge point.";
constexpr std::string_view ended_session = "This session has ended.";

// `detail` is what clients of the 202 look at and never differs; how it ended stands in `state`.
http::response queued(const events::command& c, std::string_view state) {
    std::string out = "{";
    jsonio::append_member(out, "detail", "queued");
    jsonio::append_member(out, "id", std::string_view(c.id()));
    if (state != "queued") jsonio::append_member(out, "state", state);
    return json_response(202, out + "}");
}

// 200 for what the charger said; what it never heard, or did not answer, stays a 202.
http::response outcome(const events::reply& r) {
    const bool answered = r.state == events::command_state::answered;
    if (!answered && r.state != events::command_state::error)
        return queued(r.command, events::to_string(r.state));
    std::string out = "{";
    jsonio::append_member(out, "detail", events::to_string(r.state));
    jsonio::append_member(out, "id", std::string_view(r.command.id()));
    jsonio::append_member(out, "state", events::to_string(r.state));
    if (answered) {
        jsonio::append_raw_member(out, "response",
                                  r.response.empty() ? std::string_view("{}") : std::string_view(r.response));
    } else {
        jsonio::append_raw_member(out, "error", call_error_json(r));
    }
    return json_response(200, out + "}");
}

} // namespace

std::chrono::seconds wait_of(const http::request& r) {
    const auto seconds = parse_integer<std::int64_t>(r.parameter("wait").value_or(""));
    if (!seconds || *seconds < 1) return std::chrono::seconds(0);
    return std::chrono::seconds(std::min(*seconds, command_routes::longest_wait));
}

void command_routes::add_to(router& table) {
    table.add({"POST", "/api/charge-points/<pk>/command/", http::access::account, "commands",
               [this](http::request& r, call& c) {
                   return give(r, c);
               }});
}

command_routes::order command_routes::read_order(const json_input& body) {
    order o;
    form f(body);
    const auto action = f.text("action", {.required = true, .most = 64});
    o.raw = f.flag("raw").value.value_or(false);
    o.spec = v16::find_command(action);
    if (o.spec == nullptr && !action.empty()) f.fail("action", "\"" + action + "\" is not a valid choice.");
    static const boost::json::object nothing;
    const auto* params = body.find("params");
    if (params != nullptr && !params->is_object() && !params->is_null())
        f.fail("params", "Invalid data. Expected a dictionary.");
    o.errors = f.errors();
    if (!f.ok()) return o;
    auto check =
        v16::check_params(*o.spec, params != nullptr && params->is_object() ? params->get_object() : nothing);
    for (auto& e : check.errors)
        o.errors[e.field.empty() ? std::string(non_field) : e.field].push_back(std::move(e.message));
    o.payload = std::move(check.payload);
    if (o.errors.empty() && !o.raw) o.session = v16::transaction_id(*o.spec, o.payload);
    return o;
}

async::awaitable<command_routes::context> command_routes::look_up(domain::caller who,
                                                                  std::string charge_point, const order& o,
                                                                  async::steady_point deadline) {
    const bool valid = o.errors.empty();
    const auto session = valid ? o.session : std::nullopt;
    std::string tag;
    if (valid && o.spec->name == remote_start)
        tag = v16::normalise_id_tag(jsonio::find_string(o.payload, "idTag").value_or(""));
    const auto work = [who, id = charge_point, session, tag](pg::transaction& t) {
        context x;
        x.charge_point = store::locate_charge_point(t, who, id);
        if (!x.charge_point) return x;
        // A vouch makes the tag's next session the caller's, whoever holds the card: only an administrator
        // vouches for others' cards and for those that nobody registered.
        x.own_tag = !tag.empty() && !domain::administers(who, x.charge_point->tenant) &&
                    store::is_own_tag(t, x.charge_point->tenant, tag, who.account);
        if (!session) return x;
        x.session = store::find_session(t, who, session_id(*session));
        const bool here = x.session && x.session->tenant == x.charge_point->tenant &&
                          x.session->charge_point == x.charge_point->canonical_id;
        if (!here) x.session.reset();
        return x;
    };
    auto x = co_await database_.read(work, deadline);
    // A charger that has just registered itself: it is connected already, its row follows with a worker's
    // next batch.
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    const auto until = std::chrono::steady_clock::now() + registration_lag;
    while (!x.charge_point && who.tenant && presence_.find({*who.tenant, charge_point}) &&
           std::chrono::steady_clock::now() < until) {
        timer.expires_after(look_again);
        co_await timer.async_wait(async::use);
        x = co_await database_.read(work, deadline);
    }
    co_return x;
}

events::command command_routes::make_command(const order& o, const charger_key& charge_point,
                                             const connection_place& place, const identity& who) const {
    events::command c;
    c.id = command_id(make_uuid());
    c.key = charge_point;
    c.gateway = place.instance;
    c.connection = place.connection;
    c.action = std::string(o.spec->name);
    c.payload = v16::payload_text(o.payload);
    if (v16::holds_secret(*o.spec, o.payload) && key_) {
        c.sealed = key_->seal(c.payload);
        c.payload = v16::payload_text(v16::mask_secrets(*o.spec, o.payload));
    }
    c.by = who.caller.account;
    c.created_at = clock_.now();
    c.deadline = c.created_at + settings_.deadline;
    if (const auto tag = jsonio::find_string(o.payload, "idTag"); tag && o.spec->name == remote_start) {
        events::command_vouch vouch;
        vouch.id_tag_folded = v16::normalise_id_tag(*tag);
        vouch.account = who.caller.account;
        vouch.user_type = who.user_type;
        vouch.until = c.created_at + settings_.vouch;
        c.vouch = std::move(vouch);
    }
    return c;
}

async::awaitable<void> command_routes::write_row(const events::command& command, const order& o,
                                                 std::int64_t charge_point, async::steady_point deadline) {
    store::new_command row;
    row.id = command.id;
    row.tenant = command.key.tenant;
    row.charge_point = charge_point;
    row.account = command.by;
    row.action = command.action;
    row.params = v16::payload_text(v16::mask_secrets(*o.spec, o.payload));
    row.created_at = command.created_at;
    row.deadline = command.deadline;
    if (command.vouch) {
        events::vouch_entry vouch;
        vouch.key = command.key;
        vouch.id_tag_folded = command.vouch->id_tag_folded;
        vouch.command = command.id();
        vouch.account = command.vouch->account;
        vouch.user_type = command.vouch->user_type;
        vouch.from = command.created_at;
        vouch.until = command.vouch->until;
        row.vouch = std::move(vouch);
    }
    auto work = [row = std::move(row)](pg::transaction& t) {
        store::insert_command(t, row);
    };
    co_await database_.run(std::move(work), deadline);
}

async::awaitable<http::response> command_routes::give(http::request& r, call& c) {
    auto o = read_order(c.body);
    const auto id = charge_point_of(r);
    if (id.empty()) co_return not_found();
    const auto x = co_await look_up(c.who.caller, id, o, c.deadline);
    if (!x.charge_point) co_return not_found();
    if (!o.errors.empty()) co_return invalid(o.errors);

    domain::command_facts about;
    about.own_tag = x.own_tag;
    if (x.session) about.stops = domain::session_facts{x.session->tenant, x.session->owner};
    if (o.session) {
        const auto own = x.session ? parse_integer<std::int64_t>(x.session->transaction_key) : std::nullopt;
        if (!own) co_return invalid("transactionId", unknown_session);
        // Chargers without a clock count their transactions from 1 again: the id of an ended session may by
        // now be somebody else's.
        if (x.session->ended_at && o.spec->name == "RemoteStopTransaction")
            co_return invalid("transactionId", ended_session);
        v16::set_transaction_id(*o.spec, o.payload, *own);
    }
    // It was found, so it is seen: what the rules ask of a charge point elsewhere holds.
    const domain::charge_point_facts seen{x.charge_point->tenant, false, true, true};
    if (!domain::may_command(c.who.caller, seen, o.spec->name, about)) co_return forbidden();
    if (v16::holds_secret(*o.spec, o.payload) && !key_)
        co_return unavailable("No key for secret params is configured (VOLTLANE_COMMAND_KEY).");
    const auto place = presence_.find(x.charge_point->key());
    if (!place) {
        metrics_.commands_not_connected.Increment();
        co_return detail_response(409, "The charge point is not connected.");
    }

    if (const auto wait = desk_.refuse(x.charge_point->key(), c.who.caller.account)) {
        metrics_.commands_throttled.Increment();
        co_return throttled(*wait);
    }
    const auto command = make_command(o, x.charge_point->key(), *place, c.who);
    co_await write_row(command, o, x.charge_point->id, c.deadline);
    const auto refused = co_await desk_.send(command, place->partition, r.shard);
    // It may be in the log all the same: whoever gave it can look.
    if (refused)
        co_return unavailable("The command's publication was not acknowledged; /api/commands/" +
                              command.id() + "/ tells what became of it.");
    const auto wait = wait_of(r);
    if (wait.count() == 0) co_return queued(command, "queued");
    const auto reply = co_await desk_.wait(command.id, std::chrono::steady_clock::now() + wait);
    co_return reply ? outcome(*reply) : queued(command, "queued");
}

} // namespace voltlane::api
