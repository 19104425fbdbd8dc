#pragma once

#include "shared/ocpp/v16/quirks/quirk.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

namespace voltlane::ocpp::v16 {

// The transactionId of a stop or of meter values (field-notes 19, 21, 22).
struct transaction_reference {
    std::optional<std::int64_t> id;  // positive: names a transaction
    std::optional<std::int64_t> raw; // as sent, also 0 and -1; nullopt where absent or no integer
};

transaction_reference read_transaction_id(const boost::json::object& o, bool required,
                                          quirk_set& quirks) noexcept;

// reservationId; 0, -1 and other non-positive ones mean none (fuzz E10).
std::optional<std::int64_t> read_reservation_id(const boost::json::object& o, quirk_set& quirks) noexcept;

} // namespace voltlane::ocpp::v16
