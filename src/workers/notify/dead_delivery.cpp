#include "workers/notify/dead_delivery.hpp"

#include "shared/events/changes.hpp"
#include "shared/events/notification.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/outbox.hpp"

namespace voltlane::workers {

bool bury(pg::transaction& t, const store::delivery& d, std::string_view reason, timestamp now) {
    if (!store::give_up_delivery(t, d, reason)) return false;
    events::notification n;
    n.id = d.id;
    n.kind = d.kind;
    n.name = d.name;
    n.tenant = d.tenant;
    n.account = d.account;
    n.ids = d.ids;
    n.at = d.asked_at;
    events::dead_letter dead;
    dead.topic = events::topic::notifications;
    dead.partition = partition_id{d.source_partition};
    dead.offset = log_offset{d.source_offset};
    dead.key = events::notification_key(n);
    dead.value = events::encode(n);
    dead.reason = "notify: " + std::string(reason);
    dead.at = now;
    store::queue(t, {std::string(events::topic::dead_letter), dead.key, events::encode(dead),
                     events::changes_version});
    return true;
}

} // namespace voltlane::workers
