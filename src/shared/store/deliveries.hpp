#pragma once

#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/pg/transaction.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Table `deliveries`: mails and integrations that were asked for, until they are carried out. Writer: the
// pool `notify`. All times that decide are the database's, so that workers' clocks need not agree.
namespace voltlane::store {

struct delivery {
    std::string id;   // UUID, the notification's
    std::string kind; // mail, integration
    std::string name; // of the template (events::notification names them)
    std::optional<tenant_id> tenant;
    std::optional<account_id> account;
    std::map<std::string, std::int64_t, std::less<>> ids;
    std::int64_t attempt = 0; // how often it was claimed
    timestamp asked_at{};
    std::chrono::milliseconds age{}; // when it was read, by the database's clock
    // The record that asked for it: csms.notifications, for the dead letter.
    std::int32_t source_partition = 0;
    std::int64_t source_offset = 0;
};

// In the order given; one that is there already (its record was read again) is left alone.
void insert_deliveries(pg::transaction& t, std::span<const delivery> deliveries);

enum class claim_order {
    any,         // whatever is due
    per_account, // of each account only the oldest that is not ended: one at a time, in order
};
// Takes what is due, `most` at most, longest due first: nobody else gets it before `lease` is over. Rows that
// somebody else is taking at this moment are passed over.
std::vector<delivery> claim_deliveries(pg::transaction& t, std::string_view kind, claim_order order,
                                       std::int64_t most, std::chrono::milliseconds lease);

// Carried out; true unless it was ended already. Holds whoever claimed it last: what was sent was sent.
bool end_delivery(pg::transaction& t, std::string_view id);
// Is to be tried again after `pause`; nothing happens where somebody else claimed it meanwhile (a lease ran
// out).
void put_off_delivery(pg::transaction& t, const delivery& d, std::chrono::milliseconds pause,
                      std::string_view error);
// Given up. False where somebody else claimed it meanwhile, or it was ended.
bool give_up_delivery(pg::transaction& t, const delivery& d, std::string_view error);
// Mails only: integrations are tried for as long as it takes. Locks what was asked for longer than `asked`
// ago and lay untouched for `idle`: nobody carries such ones out.
std::vector<delivery> find_abandoned_deliveries(pg::transaction& t, std::chrono::seconds asked,
                                                std::chrono::seconds idle, std::int64_t most);

// Ended, or asked for, longer than `kept` ago. Returns how many went, `most` at most.
std::int64_t delete_old_deliveries(pg::transaction& t, std::chrono::seconds kept, std::int64_t most);
std::int64_t delete_old_reset_requests(pg::transaction& t, std::chrono::seconds kept, std::int64_t most);

struct waiting_deliveries {
    std::int64_t count = 0;
    double oldest_seconds = 0; // since it was asked for
};
// For metrics: what is not ended, by kind.
std::map<std::string, waiting_deliveries> count_waiting_deliveries(pg::transaction& t);

} // namespace voltlane::store
