#pragma once

#include "api/auth/login_guard.hpp"
#include "api/auth/passwords.hpp"
#include "api/form.hpp"
#include "api/metrics.hpp"
#include "shared/async/types.hpp"
#include "shared/http/message.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/accounts.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <variant>

// What every way to a new account shares: the names' and the password's rules, and the race for names.
namespace voltlane::api {

inline constexpr form::text_rule name_rule{.may_be_blank = true, .most = 150}; // of first and last names
inline constexpr form::text_rule personal_text{.may_be_blank = true, .may_be_null = true, .most = 64};

// Letters and digits of any alphabet, and @ . + - _, as Django's user names: no blanks, and nothing that does
// not show.
bool is_username(std::string_view text);

std::string read_username(form& f); // required
// `username` and `email`, both required.
void read_names(form& f, store::new_account& a);
// `password`, and the same again under `repeated`. Held against the account's names: read those first.
std::string read_password(form& f, const store::new_account& a, std::string_view repeated);
// What is wrong with a password that somebody wants to have, under that field.
void check_password(form& f, std::string_view field, std::string_view password,
                    const store::new_account& owner);

// Hashes the password and makes the account. Two requests for one name at once: one gets the account, the
// other the 400 that it would have got a moment later.
class account_maker {
public:
    // Asked before the hash, to spare it, and again in the transaction of `insert`: what else is wrong with
    // the account, as the database stands.
    using check = std::function<void(pg::transaction&, const store::new_account&, field_messages&)>;
    // Inserts the account and what belongs to it.
    using insert = std::function<account_id(pg::transaction&, store::new_account)>;
    // The account, or why there is none: 400, 429.
    using outcome = std::variant<store::account, http::response>;

    account_maker(pg::pool& database, passwords& p, login_guard& g, metrics& m)
        : database_(database)
        , passwords_(p)
        , guard_(g)
        , metrics_(m) {}

    async::awaitable<outcome> make(store::new_account a, std::string password, check also, insert how,
                                   std::string client, async::steady_point deadline);

private:
    pg::pool& database_;
    passwords& passwords_;
    login_guard& guard_;
    metrics& metrics_;
};

// A tenant of a customer's own, with a new key for its chargers. Its founder is set by the caller, once there
// is one.
tenant_id found_tenant(pg::transaction& t, std::string_view name);

} // namespace voltlane::api
