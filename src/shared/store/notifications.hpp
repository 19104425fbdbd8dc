#pragma once

#include "shared/events/notification.hpp"
#include "shared/pg/transaction.hpp"

namespace voltlane::store {

// Asks for a mail or an integration once the transaction commits: through the outbox to csms.notifications.
// Gives it an id and a time where it has none. Call it after the rows that it speaks of were written.
void queue_notification(pg::transaction& t, events::notification n);

// A mail to an account. `ids`: what the template needs besides (events::notification says which).
void queue_mail(pg::transaction& t, std::string_view name, std::optional<tenant_id> tenant,
                std::optional<account_id> account, std::map<std::string, std::int64_t, std::less<>> ids = {});

// What other systems know about an account is to be brought in step; nothing happens where none is
// configured.
void queue_integrations(pg::transaction& t, std::optional<tenant_id> tenant, account_id account);

} // namespace voltlane::store
