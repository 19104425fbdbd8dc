#pragma once

#include "shared/base/ids.hpp"
#include "shared/pg/transaction.hpp"

#include <optional>
#include <string>
#include <vector>

// Table `thingsboard_entities`: what a ThingsBoard server called the things we made there. Writer: pool
// `notify`.
namespace voltlane::store {

struct thingsboard_ids {
    account_id account;
    std::string customer; // empty: none (yet)
    std::string user;
    std::string activation_link; // of the user, where its password is chosen
    bool enabled = true;         // the user's credentials, as we left them
};

struct thingsboard_person {
    account_id account;
    std::string username, email, first_name, last_name, phone, user_type;
    bool email_verified = false;
    bool is_approved = false;
    bool may_log_in = false; // active, not expired
    thingsboard_ids ids;
};

struct thingsboard_facts {
    thingsboard_person self;
    std::optional<thingsboard_person> parent;
};

// nullopt: no such account.
std::optional<thingsboard_facts> find_thingsboard_facts(pg::transaction& t, account_id account);
// Ids that are empty leave what is stored alone. Nothing where the account is gone.
void save_thingsboard_ids(pg::transaction& t, const thingsboard_ids& ids);

// Verified accounts of the types that ThingsBoard knows, by id, after `last`.
std::vector<account_id> list_thingsboard_accounts(pg::transaction& t, account_id last, std::int64_t most);

} // namespace voltlane::store
