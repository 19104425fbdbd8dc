#include "shared/ocpp/charge_point_id.hpp"

#include "shared/base/text.hpp"
#include "shared/ocpp/utf8.hpp"

#include <algorithm>
#include <vector>

namespace voltlane::ocpp {
namespace {

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_tenant_key(std::string_view segment) noexcept {
    return segment.size() == tenant_key_digits &&
           std::all_of(segment.begin(), segment.end(), [](char c) { return hex_digit(c) >= 0; });
}

// C0, DEL; C1 is U+0080 to U+009F, in UTF-8 C2 80 to C2 9F.
bool has_control_character(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == 0x7F) return true;
        if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto segment = path.substr(0, slash);
        if (!segment.empty()) segments.push_back(segment);
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return segments;
}

// Index of the tenant key behind `api/v16` or `ocpp`, 0 where there is none (it is never the first).
std::size_t find_key(const std::vector<std::string_view>& segments) noexcept {
    for (std::size_t i = 1; i < segments.size(); ++i) {
        if (!is_tenant_key(segments[i])) continue;
        if (iequals(segments[i - 1], "ocpp")) return i;
        if (i >= 2 && iequals(segments[i - 1], "v16") && iequals(segments[i - 2], "api")) return i;
    }
    return 0;
}

} // namespace

bool is_charge_point_id(std::string_view id) noexcept {
    return !trim(id).empty() && id.size() <= max_charge_point_id_bytes && is_utf8(id) &&
           !has_control_character(id) && id.find('/') == std::string_view::npos && id != "." && id != "..";
}

std::optional<std::string> decode_charge_point_id(std::string_view segment) {
    std::string id;
    id.reserve(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] != '%') {
            id += segment[i];
            continue;
        }
        if (i + 2 >= segment.size()) return std::nullopt;
        const int high = hex_digit(segment[i + 1]);
        const int low = hex_digit(segment[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        id += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (!is_charge_point_id(id)) return std::nullopt;
    return id;
}

std::string canonical_charge_point_id(std::string_view id) {
    return ascii_lower(id);
}

dial_target parse_dial_target(std::string_view target) {
    dial_target result;
    if (target.size() > max_target_bytes) {
        result.status = target_status::malformed_id;
        return result;
    }
    const auto segments = split_path(target.substr(0, target.find('?')));
    const auto key = find_key(segments);
    if (key == 0) return result;
    result.tenant_key = ascii_lower(segments[key]);
    result.status = target_status::malformed_id;
    if (key + 1 == segments.size()) return result;
    auto id = decode_charge_point_id(segments.back());
    if (!id) return result;
    result.id = std::move(*id);
    result.canonical_id = canonical_charge_point_id(result.id);
    result.status = target_status::ok;
    return result;
}

} // namespace voltlane::ocpp
