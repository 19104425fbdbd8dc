#include "api/routes/registration.hpp"

#include "api/errors.hpp"
#include "api/routes/account_json.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/registrations.hpp"
#include "shared/store/user_types.hpp"

#include <array>
#include <cstdio>
#include <limits>

#include <boost/system/system_error.hpp>

namespace voltlane::api {
namespace {

constexpr std::string_view parent_field = "parent_customer_id";

void read_birthday(form& f, std::string_view field, store::new_account& a) {
    const auto sent = f.date(field);
    if (!sent.value) return;
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(sent.value->year()),
                  static_cast<unsigned>(sent.value->month()), static_cast<unsigned>(sent.value->day()));
    a.birthday = text.data();
}

void read_person(form& f, store::new_account& a) {
    a.first_name = f.text("first_name", name_rule);
    a.last_name = f.text("last_name", name_rule);
    read_birthday(f, "date_of_birth", a);
    read_birthday(f, "birthday", a);
    a.gender = f.optional_text("gender", personal_text).value;
    a.phone = f.optional_text("phone_number", personal_text).value;
    if (auto phone = f.optional_text("phone", personal_text)) a.phone = std::move(phone.value);
}

// A deployment that makes its customers' tenants itself has no type that stands for none.
void read_user_type(form& f, store::new_account& a, const declarations& types, bool open_tenants) {
    const auto fault_before = f.errors().contains("user_type");
    auto name = f.optional_text("user_type", {.required = !open_tenants, .may_be_blank = true}).value;
    if (f.errors().contains("user_type") && !fault_before) return;
    a.user_type = name ? std::move(*name) : std::string(customer_type);
    const bool closed = !open_tenants && *a.user_type == customer_type;
    const auto* type = types.find(*a.user_type);
    if (type == nullptr || closed || !type->self_registration)
        f.fail("user_type", "\"" + *a.user_type + "\" is not a valid choice.");
}

void read_parent(form& f, store::new_account& a) {
    const auto sent = f.integer(parent_field, 1, std::numeric_limits<std::int64_t>::max());
    if (sent.value) a.parent = account_id(*sent.value);
    const bool wrong = f.errors().contains(parent_field);
    const bool needed = a.user_type == customer_user_type;
    if (needed && !sent.value && !wrong) f.fail(parent_field, "This field is required.");
    if (!needed && sent.value && !wrong) f.fail(parent_field, "Only a CUSTOMER_USER has a parent customer.");
}

bool has_declared_type(const store::new_account& a) {
    return *a.user_type != customer_type && *a.user_type != customer_user_type;
}

// What the account names must be there when it is made: its type might have been deleted meanwhile.
void check_names(pg::transaction& t, const store::new_account& a, field_messages& wrong) {
    if (has_declared_type(a) && !store::is_open_user_type(t, *a.user_type))
        wrong["user_type"].push_back("\"" + *a.user_type + "\" is not a valid choice.");
    if (!a.parent || store::is_customer(t, *a.parent)) return;
    wrong[std::string(parent_field)].push_back("Invalid pk \"" + std::to_string((*a.parent)()) +
                                               "\" - object does not exist.");
}

account_id insert(pg::transaction& t, store::new_account a) {
    if (has_declared_type(a) && !store::hold_user_type(t, *a.user_type))
        throw boost::system::system_error(make_error_code(errc::conflict)); // deleted just now
    const auto id = store::insert_account(t, a);
    store::queue_mail(t, events::notification::verify_email, std::nullopt, id);
    return id;
}

} // namespace

store::new_account read_registration(form& f, const json_input& body, const declarations& types,
                                     bool open_tenants, std::string& password) {
    store::new_account a;
    read_names(f, a);
    read_person(f, a);
    password = read_password(f, a, "confirm_password");
    read_user_type(f, a, types, open_tenants);
    read_parent(f, a);
    a.type_profile =
        validate_profile(types, a.user_type.value_or(std::string()), body, f, profile_rule::registration);
    a.role = a.user_type == customer_type ? domain::role::super_admin : domain::role::user;
    a.is_approved = a.user_type != customer_user_type;
    a.email_verified = false;
    return a;
}

void registration_routes::add_to(router& table) {
    table.add(
        {"POST", "/api/auth/register/", http::access::open, "accounts", [this](http::request& r, call& c) {
             return register_account(r, c);
         }});
}

async::awaitable<http::response> registration_routes::register_account(http::request&, call& c) {
    form f(c.body);
    const auto types = types_.snapshot();
    std::string password;
    auto a = read_registration(f, c.body, *types, open_tenants_, password);
    if (!f.ok()) co_return invalid(f.errors());
    auto made =
        co_await maker_.make(std::move(a), std::move(password), check_names, insert, c.client, c.deadline);
    if (auto* refused = std::get_if<http::response>(&made)) co_return std::move(*refused);
    co_return json_response(201, profile_json(std::get<store::account>(made), *types));
}

} // namespace voltlane::api
