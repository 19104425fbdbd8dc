#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a parent customer decides about those who registered as its CUSTOMER_USERs. Table `accounts`. Writer:
// api.
namespace voltlane::store {

enum class approval { pending, approved, refused };

std::string_view to_string(approval state) noexcept;
std::optional<approval> parse_approval(std::string_view text) noexcept;

struct applicant {
    account_id id;
    std::string username, email, first_name, last_name;
    timestamp date_joined{};
    bool email_verified = false;
    approval state = approval::pending;
    std::optional<timestamp> decided_at;
    std::string reason; // of a refusal

    std::string full_name() const;
};

// The oldest ones first, `most` at most.
std::vector<applicant> list_applicants(pg::transaction& t, account_id parent, approval state,
                                       std::int64_t most);
// One of the parent's, locked until the transaction ends; nullopt: there is none.
std::optional<applicant> lock_applicant(pg::transaction& t, account_id parent, account_id id);

void approve(pg::transaction& t, account_id id);
void refuse(pg::transaction& t, account_id id, std::string_view reason);

} // namespace voltlane::store
