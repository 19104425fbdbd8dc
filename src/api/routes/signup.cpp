#include "api/routes/signup.hpp"

#include "api/conventions.hpp"
#include "api/errors.hpp"
#include "api/form.hpp"
#include "shared/base/text.hpp"
#include "shared/pg/failure.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/tenants.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace voltlane::api {
namespace {

constexpr std::string_view username_taken = "A user with that username already exists.";
constexpr std::string_view email_taken = "A user with that email already exists.";
constexpr std::size_t url_key_bytes = 16; // 32 hex digits
constexpr std::chrono::seconds retry_login{2};

// Letters, digits and @ . + - _, as Django's user names; other alphabets pass.
bool is_username(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const char l = ascii_lower(c);
        return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("@.+-_").find(c) != std::string_view::npos ||
               (static_cast<unsigned char>(c) & 0x80U) != 0;
    });
}

struct wanted {
    store::new_account account;
    std::string password;
};

wanted read_form(form& f) {
    wanted w;
    auto& a = w.account;
    a.username = f.text("username", {.required = true, .most = 150});
    if (!is_username(a.username))
        f.fail("username", "Enter a valid username. This value may contain only letters, numbers, and "
                           "@/./+/-/_ characters.");
    a.email = f.text("email", {.required = true, .most = 254});
    if (!a.email.empty() && !is_email(a.email)) f.fail("email", "Enter a valid email address.");
    const auto name = f.text("full_name", {.may_be_blank = true, .most = 255});
    const auto blank = name.find(' ');
    a.first_name = name.substr(0, blank);
    if (blank != std::string::npos) a.last_name = std::string(trim(std::string_view(name).substr(blank)));
    w.password = f.text("password", {.required = true, .trimmed = false, .most = 1000});
    const auto again = f.text("password2", {.required = true, .trimmed = false, .most = 1000});
    if (!w.password.empty()) {
        if (auto wrong = check_password(w.password, a.username); !wrong.empty()) f.fail("password", wrong);
        if (!again.empty() && again != w.password)
            f.fail("password2", "The two password fields didn't match.");
    }
    const auto role = f.choice("role", {"user", "super_admin"}, false);
    a.role = role == "super_admin" ? domain::role::super_admin : domain::role::user;
    if (a.role == domain::role::super_admin) a.user_type = "CUSTOMER";
    a.phone = f.optional_text("phone", {.may_be_blank = true, .may_be_null = true, .most = 32}).value;
    return w;
}

std::string sha256_hex(const std::string& text) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void insert(pg::transaction& t, store::new_account a) {
    if (a.role == domain::role::super_admin) {
        std::array<char, url_key_bytes> bytes{};
        randombytes_buf(bytes.data(), bytes.size());
        const auto key = to_hex({bytes.data(), bytes.size()});
        a.tenant = store::insert_tenant(t, a.username, key, sha256_hex(key));
    }
    const auto id = store::insert_account(t, a);
    if (a.tenant) store::set_founder(t, *a.tenant, id);
}

void report_taken(form& f, const store::taken_names& taken) {
    if (taken.username) f.fail("username", username_taken);
    if (taken.email) f.fail("email", email_taken);
}

} // namespace

void signup_routes::add_to(router& table) {
    table.add(
        {"POST", "/api/auth/signup/", http::access::open, "accounts", [this](http::request& r, call& c) {
             return sign_up(r, c);
         }});
}

async::awaitable<http::response> signup_routes::sign_up(http::request& r, call& c) {
    form f(c.body);
    auto w = read_form(f);
    if (!f.ok()) co_return invalid(f.errors());
    auto ask = [u = w.account.username, e = w.account.email](pg::transaction& t) {
        return store::find_taken(t, u, e);
    };
    report_taken(f, co_await database_.read(ask, c.deadline));
    if (!f.ok()) co_return invalid(f.errors());

    auto place = guard_.enter(client_address(r));
    if (!place) {
        metrics_.logins_throttled.Increment();
        co_return throttled(retry_login);
    }
    auto hash = co_await passwords_.hash(std::move(w.password), c.deadline);
    place.reset();
    if (!hash) {
        metrics_.logins_throttled.Increment();
        co_return throttled(retry_login);
    }
    w.account.password_hash = std::move(*hash);
    bool taken = false;
    try {
        auto work = [a = w.account](pg::transaction& t) {
            insert(t, a);
        };
        co_await database_.run(std::move(work), c.deadline);
    } catch (const pg::failure& failure) {
        if (failure.kind() != pg::failure_kind::conflict) throw;
        taken = true; // by somebody else since we asked
    }
    if (taken) {
        report_taken(f, co_await database_.read(ask, c.deadline));
        co_return f.ok() ? failed(errc::conflict) : invalid(f.errors());
    }
    co_return json_response(201, R"({"detail":"ok"})");
}

} // namespace voltlane::api
