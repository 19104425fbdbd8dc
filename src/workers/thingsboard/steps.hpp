#pragma once

#include "shared/store/thingsboard.hpp"
#include "workers/thingsboard/client.hpp"

#include <functional>

namespace voltlane::workers::thingsboard {

// Takes what a server called something, as soon as it said so, also where a later step fails.
using note = std::function<void(const store::thingsboard_ids&)>;

// Whether an account is to be there at all: verified, of a type that ThingsBoard knows, its parent valid.
bool belongs_there(const store::thingsboard_facts& f);

// Brings one account in step: a CUSTOMER is a customer with a user of its own, a CUSTOMER_USER a user of its
// parent's customer; one that may not log in here may not there. What is there already is found by its id,
// else by its title or e-mail, so that a second run and one after a lost answer make nothing twice. Blocks.
//
//   customer (own or the parent's) ─▶ user ─▶ activation link ─▶ enabled or not
outcome<bool> bring_in_step(client& c, const store::thingsboard_facts& f, const note& remember);

} // namespace voltlane::workers::thingsboard
