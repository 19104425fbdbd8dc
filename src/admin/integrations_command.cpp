#include "admin/integrations_command.hpp"

#include "shared/store/notifications.hpp"
#include "shared/store/thingsboard.hpp"

namespace voltlane::admin {
namespace {

// Asked for in one transaction: well below a second.
constexpr std::int64_t page_accounts = 500;

} // namespace

void resync_integrations(session& s) {
    account_id last;
    std::size_t asked = 0;
    for (;;) {
        const auto page = s.database().run([&](pg::transaction& t) {
            const auto all = store::list_thingsboard_accounts(t, last, page_accounts);
            for (const auto id : all)
                store::queue_integrations(t, std::nullopt, id);
            return all;
        });
        if (page.empty()) break;
        asked += page.size();
        last = page.back();
    }
    s.out() << asked << " accounts queued\n";
}

} // namespace voltlane::admin
