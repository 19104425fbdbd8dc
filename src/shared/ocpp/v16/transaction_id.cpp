#include "shared/ocpp/v16/transaction_id.hpp"

#include "shared/base/text.hpp"

#include <limits>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::string_view domain = "voltlane/v16/start/1";

void append_little_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFF);
}

void append_text(std::string& out, std::string_view text) {
    append_little_endian(out, text.size(), 4);
    out += text;
}

} // namespace

std::string transaction_key::text() const {
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

transaction_identity identify_start(const start_identity& start) {
    std::string tuple;
    tuple.reserve(160);
    tuple += domain;
    append_little_endian(tuple, static_cast<std::uint64_t>(start.tenant()), 8);
    append_little_endian(tuple, static_cast<std::uint64_t>(start.connector_id), 8);
    append_text(tuple, start.charge_point);
    append_text(tuple, start.id_tag);
    append_text(tuple, start.timestamp);
    append_text(tuple, start.meter_start);
    const auto hash = XXH3_128bits(tuple.data(), tuple.size());

    transaction_identity identity;
    for (std::size_t i = 0; i < 8; ++i) {
        const auto shift = 56 - 8 * i;
        identity.key.bytes[i] = static_cast<unsigned char>(hash.high64 >> shift & 0xFF);
        identity.key.bytes[8 + i] = static_cast<unsigned char>(hash.low64 >> shift & 0xFF);
    }
    constexpr std::uint64_t ids = std::numeric_limits<std::int32_t>::max();
    identity.id = static_cast<std::int32_t>(hash.low64 % ids + 1);
    return identity;
}

transaction_identity identify_start(tenant_id tenant, std::string_view canonical_charge_point,
                                    const start_transaction& start) {
    return identify_start({.tenant = tenant,
                           .charge_point = canonical_charge_point,
                           .connector_id = start.connector_id,
                           .id_tag = start.tag.normalised,
                           .timestamp = start.time.text,
                           .meter_start = start.meter_start_text});
}

} // namespace voltlane::ocpp::v16
