#include "api/live/event_id.hpp"

#include "shared/base/text.hpp"

namespace voltlane::api {
namespace {

constexpr char version = 1;
constexpr std::size_t most_id_characters = 4096;
constexpr std::uint64_t most_partitions = 1024;

void put(std::string& out, std::uint64_t n) {
    while (n >= 0x80U) {
        out += static_cast<char>((n & 0x7FU) | 0x80U);
        n >>= 7U;
    }
    out += static_cast<char>(n);
}

bool take(std::string_view& in, std::uint64_t& n) {
    n = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        if (in.empty()) return false;
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        n |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) return true;
    }
    return false;
}

} // namespace

std::string to_event_id(const live_position& p) {
    std::string bytes(1, version);
    for (const auto& log : p.logs) {
        put(bytes, static_cast<std::uint64_t>(log.generation));
        put(bytes, log.next.size());
        for (const auto offset : log.next)
            put(bytes, static_cast<std::uint64_t>(offset));
    }
    return to_base64url(bytes);
}

std::optional<live_position> parse_event_id(std::string_view text) {
    if (text.size() > most_id_characters) return std::nullopt;
    const auto bytes = from_base64url(text);
    if (!bytes || bytes->empty() || bytes->front() != version) return std::nullopt;
    std::string_view in = std::string_view(*bytes).substr(1);
    live_position p;
    for (auto& log : p.logs) {
        std::uint64_t generation = 0;
        std::uint64_t count = 0;
        if (!take(in, generation) || generation > INT32_MAX || !take(in, count) || count > most_partitions)
            return std::nullopt;
        log.generation = static_cast<std::int32_t>(generation);
        for (std::uint64_t i = 0; i < count; ++i) {
            std::uint64_t offset = 0;
            if (!take(in, offset)) return std::nullopt;
            log.next.push_back(static_cast<std::int64_t>(offset));
        }
    }
    return in.empty() ? std::optional(std::move(p)) : std::nullopt;
}

} // namespace voltlane::api
