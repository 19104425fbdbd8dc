#include "api/routes/signup.hpp"

#include "api/errors.hpp"
#include "api/user_types/declarations.hpp"
#include "shared/base/text.hpp"
#include "shared/store/tenants.hpp"

namespace voltlane::api {
namespace {

struct wanted {
    store::new_account account;
    std::string password;
};

void read_full_name(form& f, store::new_account& a) {
    const auto name = f.text("full_name", {.may_be_blank = true, .most = 2 * name_rule.most + 1});
    const auto blank = name.find(' ');
    a.first_name = name.substr(0, blank);
    if (blank != std::string::npos) a.last_name = std::string(trim(std::string_view(name).substr(blank)));
    if (character_count(a.first_name) > name_rule.most || character_count(a.last_name) > name_rule.most)
        f.fail("full_name", "Ensure that neither the first nor the last name has more than 150 characters.");
}

void read_role(form& f, store::new_account& a, bool open_tenants) {
    const auto role =
        open_tenants ? f.choice("role", {"user", "super_admin"}, false) : f.choice("role", {"user"}, false);
    if (role != "super_admin") return;
    a.role = domain::role::super_admin;
    a.user_type = customer_type;
}

wanted read_form(form& f, bool open_tenants) {
    wanted w;
    auto& a = w.account;
    read_names(f, a);
    read_full_name(f, a);
    w.password = read_password(f, a, "password2");
    read_role(f, a, open_tenants);
    a.phone = f.optional_text("phone", personal_text).value;
    return w;
}

void no_more_checks(pg::transaction&, const store::new_account&, field_messages&) {}

account_id insert(pg::transaction& t, store::new_account a) {
    if (a.role == domain::role::super_admin) a.tenant = found_tenant(t, a.username);
    const auto id = store::insert_account(t, a);
    if (a.tenant) store::set_founder(t, *a.tenant, id);
    return id;
}

} // namespace

void signup_routes::add_to(router& table) {
    table.add(
        {"POST", "/api/auth/signup/", http::access::open, "accounts", [this](http::request& r, call& c) {
             return sign_up(r, c);
         }});
}

async::awaitable<http::response> signup_routes::sign_up(http::request&, call& c) {
    form f(c.body);
    auto w = read_form(f, open_tenants_);
    if (!f.ok()) co_return invalid(f.errors());
    auto made = co_await maker_.make(std::move(w.account), std::move(w.password), no_more_checks, insert,
                                     c.client, c.deadline);
    if (auto* refused = std::get_if<http::response>(&made)) co_return std::move(*refused);
    co_return json_response(201, R"({"detail":"ok"})");
}

} // namespace voltlane::api
