#include "shared/store/directory_outbox.hpp"

#include "shared/events/topics.hpp"
#include "shared/store/outbox.hpp"

namespace voltlane::store {

void queue_directory(pg::transaction& t, const events::directory_entry& entry) {
    queue(t, {std::string(events::topic::directory), events::directory_key(entry), events::encode(entry),
              events::directory_version});
}

void queue_directory_removal(pg::transaction& t, const events::directory_entry& entry) {
    queue(t, {std::string(events::topic::directory), events::directory_key(entry), std::nullopt,
              events::directory_version});
}

} // namespace voltlane::store
