#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Table `invitations`: e-mails asked to become members of a tenant. Writer: api. The link's token is made by
// the pool `notify` when it sends the mail (one_time_tokens.hpp).
namespace voltlane::store {

struct invitation {
    std::int64_t id = 0;
    std::string email;
    std::string invited_by; // user name
    timestamp created_at{}, expires_at{};
};

// Open ones, expired ones too, of other e-mails. For a bound on them.
std::int64_t count_other_invitations(pg::transaction& t, tenant_id tenant, std::string_view email);
// Mails that were asked for in the last 24 hours, whatever became of the invitations. For a bound on them; of
// an invitation that is renewed day after day it may be more.
std::int64_t count_invitation_mails(pg::transaction& t, tenant_id tenant);
// Asks for the mail, too. An open invitation of that e-mail there is renewed: `created` is false.
struct invited {
    invitation row;
    bool created = false;
};
invited invite(pg::transaction& t, tenant_id tenant, std::string_view email, account_id by,
               timestamp expires_at);

struct invitation_page {
    std::int64_t count = 0;
    std::vector<invitation> rows;
};
// Open ones, by id. One statement.
invitation_page list_invitations(pg::transaction& t, tenant_id tenant, std::int64_t limit,
                                 std::int64_t offset);
// False: none of that tenant is open by that id.
bool revoke_invitation(pg::transaction& t, tenant_id tenant, std::int64_t id);

// Of an account that may invite nobody any more: all that it has open there.
void revoke_invitations_of(pg::transaction& t, tenant_id tenant, account_id inviter);

// What an invitation's link leads to. nullopt: the invitation is not open, it or the token has expired, or
// who invited is no active super_admin there any more.
struct open_invitation {
    std::int64_t id = 0;
    tenant_id tenant;
    std::optional<account_id> founder; // whose customer's user the guest becomes
    std::string email;
};
// Only looks. One statement.
std::optional<open_invitation> find_invitation(pg::transaction& t, std::int64_t id,
                                               std::string_view token_hash);
// Uses the link up for this account, in the transaction that makes it a member. Two at once: one gets it.
std::optional<open_invitation> accept_invitation(pg::transaction& t, std::int64_t id,
                                                 std::string_view token_hash);
// After accept_invitation: who it was.
void close_invitation(pg::transaction& t, std::int64_t id, account_id accepted_by);

} // namespace voltlane::store
