#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Table `accounts`. Writers: api, voltlane-admin.
namespace voltlane::store {

struct account {
    account_id id;
    std::optional<tenant_id> tenant;
    std::string username, email, first_name, last_name;
    std::optional<std::string> phone, birthday, gender, user_type; // birthday: YYYY-MM-DD
    domain::role role = domain::role::user;
    std::string password_hash;
    bool is_active = true, email_verified = true, is_approved = true;
    std::optional<timestamp> approved_at, expires_at;
    std::optional<account_id> parent;
    timestamp date_joined{};
    std::string type_profile = "{}";     // JSON: what the user type declares, by field name
    std::optional<timestamp> refused_at; // the parent customer said no
    std::string refusal_reason;
    bool is_operator = false; // may change what the whole deployment shares

    std::string full_name() const; // first + blank + last
};

struct new_account {
    std::string username, email, first_name, last_name;
    std::optional<std::string> phone;
    std::optional<std::string> user_type;
    std::string password_hash;
    domain::role role = domain::role::user;
    std::optional<tenant_id> tenant;
    std::optional<std::string> birthday, gender; // birthday: YYYY-MM-DD
    bool email_verified = true, is_approved = true;
    std::optional<account_id> parent;
    std::string type_profile = "{}"; // JSON
    bool is_operator = false;
};

// Which of the unique names are taken (compared as fold_name of sql/0002 says: without case). Login takes
// either name, so a user name that is somebody's e-mail is taken too, and the other way round.
struct taken_names {
    bool username = false;
    bool email = false;
    bool any() const noexcept { return username || email; }
};
taken_names find_taken(pg::transaction& t, std::string_view username, std::string_view email);

// A name taken meanwhile: pg::failure of kind conflict. Not where claim_names (registrations.hpp) was asked
// in the same transaction.
account_id insert_account(pg::transaction& t, const new_account& a);

std::optional<account> find_account(pg::transaction& t, account_id id);
// By user name or e-mail, without case; an exact user name wins over another account's e-mail. `folded`: what
// it was looked up by, the same for every spelling of one name, known or not. One statement.
struct login_lookup {
    std::string folded;
    std::optional<account> found;
};
login_lookup find_account_by_login(pg::transaction& t, std::string_view login);

struct account_name {
    account_id id;
    std::string username, email;
    std::optional<std::string> user_type;
};
// Among those whom a tenant may name: its own and drivers who belong to nobody. Other tenants' accounts are
// not revealed.
std::optional<account_name> find_account_by_email(pg::transaction& t, std::string_view email,
                                                  tenant_id tenant);

// What a profile's PUT or PATCH may change; nullopt: left alone, an inner nullopt: set to null.
struct profile_change {
    std::optional<std::string> first_name, last_name;
    std::optional<std::optional<std::string>> phone, birthday, gender;
    // Merged into type_profile: a JSON object by field name; nulls take fields away.
    std::optional<std::string> type_profile;
};
// nullopt: no such account.
std::optional<account> update_profile(pg::transaction& t, account_id id, const profile_change& change);

void set_password(pg::transaction& t, account_id id, std::string_view password_hash);
// For opening a login session in the same transaction: false where the password was changed or the account
// barred since it was found with that hash. Until the transaction ends neither can happen, so that whoever
// does it sees the new session and revokes it. `better`: the same password hashed anew, stored in its place;
// empty: none.
bool confirm_password(pg::transaction& t, account_id id, std::string_view was, std::string_view better);

// What every call needs to know about its caller, in one statement: the account and whether its login session
// still holds.
struct caller_row {
    domain::caller caller;
    std::string username;
    std::string user_type;  // empty: none
    bool may_login = false; // active, verified, approved, not expired
    bool session_revoked = false;
};
// nullopt: no such account, or the login session is not its own.
std::optional<caller_row> find_caller(pg::transaction& t, account_id id, std::int64_t session);

} // namespace voltlane::store
