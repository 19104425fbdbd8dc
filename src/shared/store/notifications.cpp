#include "shared/store/notifications.hpp"

#include "shared/base/clock.hpp"
#include "shared/base/random.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/outbox.hpp"

namespace voltlane::store {

void queue_notification(pg::transaction& t, events::notification n) {
    if (n.id.empty()) n.id = make_uuid();
    if (n.at == timestamp{}) n.at = system_clock().now();
    queue(t, {std::string(events::topic::notifications), events::notification_key(n), events::encode(n),
              events::notification_version});
}

void queue_mail(pg::transaction& t, std::string_view name, std::optional<tenant_id> tenant,
                std::optional<account_id> account, std::map<std::string, std::int64_t, std::less<>> ids) {
    events::notification n;
    n.kind = "mail";
    n.name = name;
    n.tenant = tenant;
    n.account = account;
    n.ids = std::move(ids);
    queue_notification(t, std::move(n));
}

void queue_integrations(pg::transaction& t, std::optional<tenant_id> tenant, account_id account) {
    events::notification n;
    n.kind = "integration";
    n.name = events::notification::thingsboard;
    n.tenant = tenant;
    n.account = account;
    queue_notification(t, std::move(n));
}

} // namespace voltlane::store
