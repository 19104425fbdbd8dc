#include "api/routes/account_making.hpp"

#include "api/errors.hpp"
#include "shared/base/password_rules.hpp"
#include "shared/base/random.hpp"
#include "shared/base/unicode.hpp"
#include "shared/pg/failure.hpp"
#include "shared/store/registrations.hpp"
#include "shared/store/tenants.hpp"

#include <algorithm>
#include <optional>

namespace voltlane::api {
namespace {

constexpr std::size_t url_key_bytes = 16; // 32 hex digits
constexpr std::chrono::seconds retry_hash{2};
// Longer than any password that is let through, so that those get the rule's own words.
constexpr form::text_rule password_rule{.required = true, .trimmed = false, .most = 1000};

void report(const store::taken_names& taken, field_messages& wrong) {
    if (taken.username) wrong["username"].emplace_back("A user with that username already exists.");
    if (taken.email) wrong["email"].emplace_back("A user with that email already exists.");
}

struct made_account {
    std::optional<store::account> account;
    field_messages wrong;
};

} // namespace

bool is_username(std::string_view text) {
    const auto characters = code_points(text);
    return std::all_of(characters.begin(), characters.end(), [](char32_t c) {
        return is_letter_or_digit(c) || std::u32string_view(U"@.+-_").find(c) != std::u32string_view::npos;
    });
}

std::string read_username(form& f) {
    auto username = f.text("username", {.required = true, .most = 150});
    if (!is_username(username))
        f.fail("username", "Enter a valid username. This value may contain only letters, numbers, and "
                           "@/./+/-/_ characters.");
    return username;
}

void read_names(form& f, store::new_account& a) {
    a.username = read_username(f);
    a.email = f.text("email", {.required = true, .most = 254});
    if (!a.email.empty() && !is_email(a.email)) f.fail("email", "Enter a valid email address.");
}

void check_password(form& f, std::string_view field, std::string_view password,
                    const store::new_account& owner) {
    const password_owner names{owner.username, owner.first_name, owner.last_name, owner.email};
    for (const auto& fault : password_faults(password, names))
        f.fail(field, fault);
}

std::string read_password(form& f, const store::new_account& a, std::string_view repeated) {
    auto password = f.text("password", password_rule);
    const auto again = f.text(repeated, password_rule);
    if (password.empty()) return password;
    check_password(f, "password", password, a);
    if (!again.empty() && again != password) f.fail(repeated, "The two password fields didn't match.");
    return password;
}

async::awaitable<account_maker::outcome> account_maker::make(store::new_account a, std::string password,
                                                             check also, insert how, std::string client,
                                                             async::steady_point deadline) {
    auto look = [a, also](pg::transaction& t) {
        field_messages wrong;
        report(store::find_taken(t, a.username, a.email), wrong);
        also(t, a, wrong);
        return wrong;
    };
    const auto before = co_await database_.read(look, deadline);
    if (!before.empty()) co_return invalid(before);

    auto place = co_await guard_.wait_for_place(client, deadline);
    result<std::string> hash(boost::system::in_place_error, make_error_code(errc::overloaded));
    if (place) hash = co_await passwords_.hash(std::move(password), deadline);
    place.reset();
    if (!hash) {
        metrics_.logins_throttled.Increment();
        co_return throttled(retry_hash);
    }
    a.password_hash = std::move(*hash);

    auto work = [a, also, how = std::move(how)](pg::transaction& t) {
        made_account m;
        report(store::claim_names(t, a.username, a.email), m.wrong);
        also(t, a, m.wrong);
        if (m.wrong.empty()) m.account = store::find_account(t, how(t, a));
        return m;
    };
    std::optional<made_account> made;
    try {
        made = co_await database_.run(std::move(work), deadline);
    } catch (const pg::failure& failure) {
        if (failure.kind() != pg::failure_kind::conflict) throw;
    }
    if (!made) { // taken by somebody who did not claim it first
        const auto now = co_await database_.read(look, deadline);
        co_return now.empty() ? failed(errc::conflict) : invalid(now);
    }
    if (!made->account) co_return invalid(made->wrong);
    co_return std::move(*made->account);
}

tenant_id found_tenant(pg::transaction& t, std::string_view name) {
    const auto key = random_hex(url_key_bytes);
    return store::insert_tenant(t, name, key, sha256_hex(key));
}

} // namespace voltlane::api
