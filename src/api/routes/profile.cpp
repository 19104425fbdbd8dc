#include "api/routes/profile.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/routes/account_json.hpp"
#include "shared/base/text.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/tenants.hpp"

#include <array>
#include <cstdio>

namespace voltlane::api {
namespace {

constexpr form::text_rule name_rule{.may_be_blank = true, .most = 150};
constexpr form::text_rule free_text{.may_be_blank = true, .may_be_null = true, .most = 64};

std::string date_text(const std::chrono::year_month_day& d) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(d.year()),
                  static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
    return text.data();
}

void read_birthday(form& f, std::string_view field, store::profile_change& change) {
    const auto sent = f.date(field);
    if (!sent) return;
    change.birthday = std::optional<std::string>();
    if (sent.value) *change.birthday = date_text(*sent.value);
}

store::profile_change read_change(form& f) {
    store::profile_change change;
    if (const auto name =
            f.optional_text("full_name", {.may_be_blank = true, .most = 2 * name_rule.most + 1})) {
        const auto blank = name.value->find(' ');
        change.first_name = name.value->substr(0, blank);
        change.last_name = blank == std::string::npos
                               ? std::string()
                               : std::string(trim(std::string_view(*name.value).substr(blank)));
        if (character_count(*change.first_name) > name_rule.most ||
            character_count(*change.last_name) > name_rule.most)
            f.fail("full_name",
                   "Ensure that neither the first nor the last name has more than 150 characters.");
    }
    if (auto first = f.optional_text("first_name", name_rule)) change.first_name = std::move(first.value);
    if (auto last = f.optional_text("last_name", name_rule)) change.last_name = std::move(last.value);
    if (auto phone = f.optional_text("phone", free_text)) change.phone = std::move(phone.value);
    if (auto phone = f.optional_text("phone_number", free_text)) change.phone = std::move(phone.value);
    if (auto gender = f.optional_text("gender", free_text)) change.gender = std::move(gender.value);
    read_birthday(f, "birthday", change);
    read_birthday(f, "date_of_birth", change);
    return change;
}

} // namespace

void profile_routes::add_to(router& table) {
    const auto changer = [this](http::request& r, call& c) {
        return change(r, c);
    };
    table.add({"GET", "/api/me/", http::access::account, "accounts", [this](http::request& r, call& c) {
                   return me(r, c);
               }});
    table.add(
        {"GET", "/api/auth/profile/", http::access::account, "accounts", [this](http::request& r, call& c) {
             return show(r, c);
         }});
    table.add({"PUT", "/api/auth/profile/", http::access::account, "accounts", changer});
    table.add({"PATCH", "/api/auth/profile/", http::access::account, "accounts", changer});
}

async::awaitable<http::response> profile_routes::me(http::request&, call& c) {
    struct found {
        std::optional<store::account> account;
        std::string url_key;
    };
    auto work = [id = c.who.caller.account](pg::transaction& t) {
        found f;
        f.account = store::find_account(t, id);
        if (f.account && f.account->tenant) {
            if (auto tenant = store::find_tenant(t, *f.account->tenant))
                f.url_key = std::move(tenant->url_key);
        }
        return f;
    };
    const auto f = co_await database_.read(std::move(work), c.deadline);
    if (!f.account) co_return bad_token();
    const std::string ws = f.url_key.empty() ? std::string() : public_gateway_url_ + "/api/v16/" + f.url_key;
    co_return json_response(200, me_json(*f.account, ws));
}

async::awaitable<http::response> profile_routes::show(http::request&, call& c) {
    auto work = [id = c.who.caller.account](pg::transaction& t) {
        return store::find_account(t, id);
    };
    const auto account = co_await database_.read(std::move(work), c.deadline);
    if (!account) co_return bad_token();
    co_return json_response(200, profile_answer(*account, *types_.snapshot()));
}

async::awaitable<http::response> profile_routes::change(http::request&, call& c) {
    form f(c.body);
    auto wanted = read_change(f);
    const auto types = types_.snapshot();
    wanted.type_profile = validate_profile(*types, c.who.user_type, c.body, f, profile_rule::change);
    if (!f.ok()) co_return invalid(f.errors());
    auto work = [id = c.who.caller.account, w = std::move(wanted)](pg::transaction& t) {
        auto account = store::update_profile(t, id, w);
        if (account && (account->user_type == customer_type || account->user_type == customer_user_type))
            store::queue_integrations(t, account->tenant, id);
        return account;
    };
    const auto account = co_await database_.run(std::move(work), c.deadline);
    if (!account) co_return bad_token();
    co_return json_response(200, profile_answer(*account, *types));
}

} // namespace voltlane::api
