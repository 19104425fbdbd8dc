#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/events/directory.hpp"

#include <optional>
#include <string_view>

namespace voltlane::domain {

enum class tag_use { authorize, start };

// What the gateway knows when a charger asks about a tag. Pointers may be null: no such entry.
struct tag_question {
    tag_use use = tag_use::authorize;
    const events::id_tag_entry* tag = nullptr;  // of this tenant and folded tag
    const events::vouch_entry* vouch = nullptr; // of this charge point and folded tag
    bool accept_unknown_tags = false;           // the tenant's policy; also for an empty tag
    timestamp received_at{};
    // Starts only: the charger's clock, and the start's identity hash; `vouch_bound_to` is the identity hash
    // of the start that used the vouch first, empty: none did. The caller keeps it and sets it when
    // `vouched_by` comes back.
    std::optional<timestamp> started_at;
    std::string_view identity_hash;
    std::string_view vouch_bound_to;
};

// The answer, and what the event carries about it. Views stand in the entries of the question.
struct tag_answer {
    std::string_view status = "Invalid"; // Accepted, Blocked, Expired, Invalid
    std::optional<timestamp> expiry;     // expiryDate, of accepted registered tags
    std::string_view parent_id_tag;      // empty: none
    std::optional<account_id> account;   // the tag's
    std::string_view user_type;          // of the billed account: started_by's, else the tag's
    std::string_view vouched_by;         // command id, where a vouch holds
    std::optional<account_id> started_by;

    bool accepted() const noexcept { return status == "Accepted"; }
};

// A registered tag is answered by its entry (Accepted past its expiry: Expired), an unregistered one is
// Invalid unless the tenant accepts those or a vouch holds. A vouch never turns a registered refusal into an
// acceptance; where it holds, the session is its account's.
tag_answer decide_tag(const tag_question& question);

// A vouch holds for Authorize when the receipt lies in its time; for a start when the receipt or a trusted
// timestamp does, and no other start has bound it.
bool vouch_holds(const tag_question& question);

} // namespace voltlane::domain
