#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane {

// A value that travels under a name of its own: two ids of different kinds never mix.
template <class Tag, class T>
class named {
public:
    using value_type = T;
    constexpr named() = default;
    constexpr explicit named(T value) : value_(std::move(value)) {}
    constexpr const T& operator()() const noexcept { return value_; }
    constexpr auto operator<=>(const named&) const = default;

private:
    T value_{};
};

// Internal, numeric; in every topic key. The 32-hex key in a charger's URL is another thing and a secret.
using tenant_id = named<struct tenant_tag, std::int64_t>;
using account_id = named<struct account_tag, std::int64_t>;
using session_id = named<struct session_tag, std::int64_t>; // the session's identity in REST
using partition_id = named<struct partition_tag, std::int32_t>;
using log_offset = named<struct offset_tag, std::int64_t>;
// UUID text (36 characters, lower case) made by the API.
using command_id = named<struct command_tag, std::string>;

// One connection of one charge point: the generation of csms.presence and the offset of its `opened` record
// there. Log order is epoch order (docs/architecture.md, "Presence and epochs").
struct epoch {
    std::int32_t generation = 0;
    std::int64_t offset = -1;

    constexpr auto operator<=>(const epoch&) const = default;
    constexpr bool known() const noexcept { return offset >= 0; }
};

// `<generation>-<offset>`, as it stands in JSON.
std::string to_string(const epoch& e);
std::optional<epoch> parse_epoch(std::string_view text);

// Whose charger: the key of every per-charger record. `charge_point` is canonical (ASCII lower case, see
// ocpp/charge_point_id.hpp).
struct charger_key {
    tenant_id tenant;
    std::string charge_point;

    auto operator<=>(const charger_key&) const = default;
};

// `<tenant id>/<canonical charge point id>`: the record key of ocpp.*, csms.presence, csms.sessions,
// csms.stations.
std::string to_string(const charger_key& key);
// Splits at the first slash; nullopt where the tenant is no positive integer or the id is empty.
std::optional<charger_key> parse_charger_key(std::string_view text);

} // namespace voltlane

template <class Tag, class T>
struct std::hash<voltlane::named<Tag, T>> {
    std::size_t operator()(const voltlane::named<Tag, T>& v) const noexcept { return std::hash<T>{}(v()); }
};

template <>
struct std::hash<voltlane::charger_key> {
    std::size_t operator()(const voltlane::charger_key& k) const noexcept {
        return std::hash<std::string>{}(k.charge_point) * 31 + std::hash<std::int64_t>{}(k.tenant());
    }
};
