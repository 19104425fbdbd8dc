#pragma once

#include "shared/base/ids.hpp"
#include "shared/ocpp/v16/messages.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace voltlane::ocpp::v16 {

// What makes a start the same start, wherever and how often it is sent (docs/architecture.md "Transactions of
// OCPP 1.6").
struct start_identity {
    tenant_id tenant;
    std::string_view charge_point; // canonical
    std::int64_t connector_id = 0;
    std::string_view id_tag;      // normalised
    std::string_view timestamp;   // text as sent, empty where absent
    std::string_view meter_start; // text as number_text gives it
};

// 128 bits of the tuple: the key of a session. Big-endian bytes, 32 hex digits as text.
struct transaction_key {
    std::array<unsigned char, 16> bytes{};
    bool operator==(const transaction_key&) const = default;
    std::string text() const; // 32 lower-case hex digits
};

struct transaction_identity {
    std::int32_t id = 0; // transactionId for the charger: 1 to 2^31-1
    transaction_key key;
};

// FROZEN: every gateway of every version must give a repeated StartTransaction the same answer, and stored
// sessions are keyed by it; golden vectors in tests/unit/ocpp/v16/transaction_id_test.cpp hold it. XXH3-128
// (seed 0) of: the text "voltlane/v16/start/1", then tenant and connector as 8 bytes little-endian, then
// charge point, idTag, timestamp, meterStart, each behind its length in bytes as 4 bytes little-endian. The
// key is the hash; the id is its low half modulo 2^31-1, plus 1.
transaction_identity identify_start(const start_identity& start);

// The same for a call as read.
transaction_identity identify_start(tenant_id tenant, std::string_view canonical_charge_point,
                                    const start_transaction& start);

} // namespace voltlane::ocpp::v16
