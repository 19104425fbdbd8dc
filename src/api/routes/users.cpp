#include "api/routes/users.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "api/routes/user_json.hpp"
#include "shared/base/text.hpp"
#include "shared/domain/account_rules.hpp"
#include "shared/store/account_admin.hpp"

#include <boost/json/serialize.hpp>

namespace voltlane::api {
namespace {

constexpr std::size_t most_type_name = 63;     // of user_types
constexpr std::size_t most_search_bytes = 254; // nothing that is searched is longer; the rest is cut

store::account_filter read_filter(const http::request& r, field_messages& errors) {
    store::account_filter f;
    f.text = r.parameter("q").value_or("").substr(0, most_search_bytes);
    if (const auto role = r.parameter("role"); role && !role->empty()) {
        f.role = domain::parse_role(*role);
        if (!f.role) errors["role"].push_back("\"" + *role + "\" is not a valid choice.");
    }
    if (const auto active = r.parameter("is_active"); active && !active->empty()) {
        if (iequals(*active, "true") || *active == "1") {
            f.active = true;
        } else if (iequals(*active, "false") || *active == "0") {
            f.active = false;
        } else {
            errors["is_active"].emplace_back("Must be a valid boolean.");
        }
    }
    return f;
}

void read_expiry(form& f, std::optional<std::optional<timestamp>>& into) {
    if (const auto sent = f.time("expiry_date")) into = sent.value;
}

domain::account_change read_change(form& f, const json_input& body, field_messages& nested) {
    domain::account_change c;
    if (const auto active = f.flag("is_active")) c.active = active.value;
    if (const auto role = f.choice("role", {"user", "super_admin"}, false); !role.empty())
        c.role = domain::parse_role(role);
    if (auto type = f.optional_text("user_type",
                                    {.may_be_blank = true, .may_be_null = true, .most = most_type_name})) {
        if (type.value && type.value->empty()) type.value.reset();
        c.user_type = std::move(type.value);
    }
    read_expiry(f, c.expires_at);
    // As it stands in the user object.
    if (const auto* profile = body.find("profile"); profile != nullptr && !profile->is_null()) {
        json_input::fault wrong;
        const auto inner = json_input::parse(boost::json::serialize(*profile), wrong);
        if (!inner) {
            f.fail("profile", "Invalid data. Expected a dictionary.");
        } else {
            form inner_form(*inner);
            read_expiry(inner_form, c.expires_at);
            nested = inner_form.errors();
        }
    }
    return c;
}

} // namespace

std::int64_t id_of(const http::request& r, std::size_t parameter) {
    return parse_integer<std::int64_t>(r.parameters.at(parameter)).value_or(0);
}

void user_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, http::access needs, auto handler) {
        table.add({std::move(method), std::move(pattern), needs, "accounts", std::move(handler)});
    };
    add("GET", "/api/v1/auth/users/", http::access::administrator,
        [this](http::request& r, call& c) { return list(r, c); });
    add("GET", "/api/v1/auth/users/<id>/", http::access::account,
        [this](http::request& r, call& c) { return show(r, c); });
    add("PATCH", "/api/v1/auth/users/<id>/", http::access::account,
        [this](http::request& r, call& c) { return change(r, c); });
    add("POST", "/api/v1/auth/users/<id>/deactivate/", http::access::account,
        [this](http::request& r, call& c) { return set_active(r, c, false); });
    add("POST", "/api/v1/auth/users/<id>/activate/", http::access::account,
        [this](http::request& r, call& c) { return set_active(r, c, true); });
}

async::awaitable<http::response> user_routes::list(http::request& r, call& c) {
    field_messages errors;
    const auto filter = read_filter(r, errors);
    if (!errors.empty()) co_return invalid(errors);
    const auto p = read_page(r);
    auto work = [tenant = *c.who.caller.tenant, filter, p](pg::transaction& t) {
        return store::list_accounts(t, tenant, filter, p.limit, p.offset, p.wrapped);
    };
    const auto page = co_await database_.read(std::move(work), c.deadline);
    const auto now = clock_.now();
    std::string out = "[";
    for (const auto& a : page.rows)
        append_element(out, user_json(a, now));
    out += "]";
    co_return json_response(200, p.wrapped ? wrap_page(r, p, page.count, out) : out);
}

async::awaitable<http::response> user_routes::show(http::request& r, call& c) {
    auto work = [who = c.who.caller, id = account_id(id_of(r))](pg::transaction& t) {
        return store::find_visible_account(t, who, id);
    };
    const auto found = co_await database_.read(std::move(work), c.deadline);
    co_return found ? json_response(200, user_json(*found, clock_.now())) : not_found();
}

async::awaitable<http::response> user_routes::change(http::request& r, call& c) {
    form f(c.body);
    field_messages nested;
    auto wanted = read_change(f, c.body, nested);
    auto errors = f.errors();
    errors.merge(nested);
    co_return co_await apply(c.who.caller, account_id(id_of(r)), std::move(wanted), std::move(errors),
                             c.deadline);
}

async::awaitable<http::response> user_routes::set_active(http::request& r, call& c, bool active) {
    domain::account_change wanted;
    wanted.active = active;
    co_return co_await apply(c.who.caller, account_id(id_of(r)), std::move(wanted), {}, c.deadline);
}

async::awaitable<http::response> user_routes::apply(domain::caller who, account_id id,
                                                    domain::account_change wanted, field_messages errors,
                                                    async::steady_point deadline) {
    struct outcome {
        std::optional<store::account> account;
        bool allowed = false;
        field_messages errors;
        std::vector<store::revoked_session> revoked;
    };
    auto work = [who, id, wanted = std::move(wanted), errors = std::move(errors),
                 now = clock_.now()](pg::transaction& t) {
        outcome o;
        const auto lock = store::lock_members(t, who);
        o.account = store::find_visible_account(t, who, id);
        o.allowed = lock.allowed && o.account && o.account->tenant == who.tenant;
        if (!o.allowed) return o;
        o.errors = errors;
        const auto& a = *o.account;
        const domain::account_standing standing{a.id,   lock.founder == a.id, a.is_active,
                                                a.role, a.user_type,          a.expires_at};
        if (const auto refused = domain::refuse_change(who.account, standing, wanted, now))
            o.errors[std::string(refused->field)].emplace_back(refused->message);
        const auto type = wanted.user_type && *wanted.user_type != a.user_type ? *wanted.user_type
                                                                               : std::optional<std::string>();
        if (type && *type != domain::customer_type && *type != domain::customer_user_type &&
            !store::is_declared_type(t, *type))
            o.errors["user_type"].push_back("\"" + *type + "\" is not a valid choice.");
        if (!o.errors.empty()) return o;
        o.revoked = store::change_account(t, a, wanted, now);
        o.account = store::find_visible_account(t, who, id);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), deadline);
    if (!o.account) co_return not_found();
    if (!o.allowed) co_return forbidden();
    if (!o.errors.empty()) co_return invalid(o.errors);
    for (const auto& s : o.revoked)
        revocations_.add(s.id, s.expires_at);
    co_return json_response(200, user_json(*o.account, clock_.now()));
}

} // namespace voltlane::api
