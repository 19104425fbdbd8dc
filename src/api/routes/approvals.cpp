#include "api/routes/approvals.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/user_types/declarations.hpp"
#include "shared/base/text.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/approvals.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/registrations.hpp"

#include <variant>

namespace voltlane::api {
namespace {

constexpr std::size_t most_reason = 500; // characters

std::string applicant_json(const store::applicant& a) {
    std::string out = "{";
    jsonio::append_member(out, "id", a.id());
    jsonio::append_member(out, "username", std::string_view(a.username));
    jsonio::append_member(out, "email", std::string_view(a.email));
    jsonio::append_member(out, "first_name", std::string_view(a.first_name));
    jsonio::append_member(out, "last_name", std::string_view(a.last_name));
    jsonio::append_member(out, "full_name", std::string_view(a.full_name()));
    jsonio::append_member(out, "date_joined", std::string_view(format_seconds(a.date_joined)));
    jsonio::append_member(out, "email_verified", a.email_verified);
    jsonio::append_member(out, "state", store::to_string(a.state));
    append_time_or_null(out, "decided_at", a.decided_at);
    jsonio::append_member(out, "reason", std::string_view(a.reason));
    return out + "}";
}

bool is_customer(const call& c) {
    return c.who.user_type == customer_type;
}

struct decision {
    bool approve = false;
    std::string reason;
};

decision read_decision(form& f) {
    decision d;
    if (!f.has("approve")) f.fail("approve", "This field is required.");
    d.approve = f.flag("approve").value.value_or(false);
    d.reason = f.text("reason", {.may_be_blank = true, .may_be_null = true, .most = most_reason});
    return d;
}

enum class refusal { unknown, approved_already };
using decided = std::variant<store::applicant, refusal>;

void approve(pg::transaction& t, account_id parent, const store::applicant& a) {
    store::approve(t, a.id);
    const auto tenant = store::join_parents_tenant(t, a.id);
    store::queue_mail(t, events::notification::approval_granted, tenant, a.id, {{"parent", parent()}});
    if (a.email_verified) store::queue_integrations(t, tenant, a.id);
}

// Nothing happens where it was decided that way before, so that nobody gets a mail twice.
decided decide_in(pg::transaction& t, account_id parent, account_id id, const decision& d) {
    const auto found = store::lock_applicant(t, parent, id);
    if (!found) return refusal::unknown;
    const auto wanted = d.approve ? store::approval::approved : store::approval::refused;
    if (found->state == wanted) return *found;
    if (found->state == store::approval::approved) return refusal::approved_already;
    if (d.approve) {
        approve(t, parent, *found);
    } else {
        store::refuse(t, id, d.reason);
        store::queue_mail(t, events::notification::approval_refused, std::nullopt, id,
                          {{"parent", parent()}});
    }
    return *store::lock_applicant(t, parent, id);
}

} // namespace

void approval_routes::add_to(router& table) {
    table.add(
        {"GET", "/api/auth/approvals/", http::access::account, "accounts", [this](http::request& r, call& c) {
             return list(r, c);
         }});
    table.add({"POST", "/api/auth/approvals/<user>/", http::access::account, "accounts",
               [this](http::request& r, call& c) {
                   return decide(r, c);
               }});
}

async::awaitable<http::response> approval_routes::list(http::request& r, call& c) {
    if (!is_customer(c)) co_return forbidden();
    const auto named = r.parameter("state").value_or("pending");
    const auto state = store::parse_approval(named);
    if (!state) co_return invalid("state", "Must be pending, approved or refused.");
    auto work = [parent = c.who.caller.account, s = *state](pg::transaction& t) {
        return store::list_applicants(t, parent, s, most_listed);
    };
    const auto found = co_await database_.read(std::move(work), c.deadline);
    std::string out = "[";
    for (const auto& a : found)
        append_element(out, applicant_json(a));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> approval_routes::decide(http::request& r, call& c) {
    if (!is_customer(c)) co_return forbidden();
    const auto id = parse_integer<std::int64_t>(r.parameters[0]);
    if (!id) co_return not_found();
    form f(c.body);
    auto d = read_decision(f);
    if (!f.ok()) co_return invalid(f.errors());
    auto work = [parent = c.who.caller.account, who = account_id(*id), d = std::move(d)](pg::transaction& t) {
        return decide_in(t, parent, who, d);
    };
    const auto done = co_await database_.run(std::move(work), c.deadline);
    if (const auto* a = std::get_if<store::applicant>(&done))
        co_return json_response(200, applicant_json(*a));
    if (std::get<refusal>(done) == refusal::unknown) co_return not_found();
    co_return invalid("approve", "This account is approved already; remove it from the members instead.");
}

} // namespace voltlane::api
