#pragma once

#include "shared/events/inbound.hpp"
#include "workers/runtime/partition_handler.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace voltlane::workers {

// The records of one batch of ocpp.inbound, parsed once; events keep the records' numbers. For the pools that
// read it.
class charger_batch {
public:
    std::vector<unreadable_record> parse(std::span<const source_record> records);
    // Precondition: that record was readable.
    const events::inbound& event(std::size_t index) const { return records_[index]->event(); }

    // Some of the events grouped by charger, in key order, each group in log order.
    struct group {
        const charger_key* key = nullptr;
        std::vector<const events::inbound*> events;
    };
    std::vector<group> by_charger(std::span<const std::size_t> which) const;

private:
    std::vector<std::optional<events::inbound_record>> records_;
};

// The kind of input (events/inbound_write.cpp, member "kind") of a raw record, without parsing it; empty: not
// found.
std::string_view peek_kind(std::string_view value);

} // namespace voltlane::workers
