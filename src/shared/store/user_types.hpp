#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Tables `user_types`, `shared_profile_fields` and `user_type_revision`: what a deployment declares about its
// accounts. Writer: api. What is in the JSON is the api's business. Everything that writes first locks, so
// that one change after the other sees a whole and valid set, and last raises the revision.
namespace voltlane::store {

struct user_type_row {
    std::string name, flag;
    std::string fields;            // a JSON array
    std::string source;            // "file" or "api"
    bool self_registration = true; // people may give it to themselves
};
struct shared_field_row {
    std::string name;
    std::string field; // a JSON object
    std::string source;
};
struct declared_user_types {
    std::int64_t revision = 0;
    std::vector<user_type_row> types;     // by name
    std::vector<shared_field_row> shared; // in their order
};

std::int64_t user_type_revision(pg::transaction& t);
declared_user_types load_user_types(pg::transaction& t);

// Until the transaction ends nobody else changes what is declared.
void lock_user_types(pg::transaction& t);
std::int64_t raise_user_type_revision(pg::transaction& t); // the new one
// Inserts it or replaces the one of that name.
void put_user_type(pg::transaction& t, const user_type_row& row);
// Also ends the prices in force for the type. The type has no accounts: see user_type_in_use.
void delete_user_type(pg::transaction& t, std::string_view name);
void replace_shared_fields(pg::transaction& t, const std::vector<shared_field_row>& rows);

// Whether an account has the type. Waits for those that are getting it (hold_user_type), and nobody gets it
// afterwards until the transaction ends.
bool user_type_in_use(pg::transaction& t, std::string_view name);
// Whether a price for the type is in force; after user_type_in_use said no, it stays so as well.
bool user_type_has_price(pg::transaction& t, std::string_view name);
// Whether people may register with the type; it need not stay so.
bool is_open_user_type(pg::transaction& t, std::string_view name);
// For whoever gives an account the type or a price to it: true, and it is not deleted until the transaction
// ends. The built-in types are in no table and always there. Writes: not for pg::pool::read.
bool hold_user_type(pg::transaction& t, std::string_view name);

// An operator always; where the deployment has none, the founder of its oldest tenant: its first
// administrator.
bool may_change_user_types(pg::transaction& t, account_id account);

} // namespace voltlane::store
