#include "shared/http/target.hpp"

#include "shared/base/text.hpp"

namespace voltlane::http {
namespace {

int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = ascii_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

bool unreserved(char c) noexcept {
    const char l = ascii_lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// Calls `take(name, value)`, both still encoded, until it returns false.
template <class Take>
void each_parameter(std::string_view query, Take&& take) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        if (!take(pair.substr(0, equals), value)) return;
    }
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = digit(text[i + 1]);
            const int low = digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    std::optional<std::string> found;
    each_parameter(query, [&](std::string_view key, std::string_view value) {
        const auto decoded = percent_decode(key, true);
        if (!decoded || *decoded != name) return true;
        found = percent_decode(value, true);
        return false;
    });
    return found;
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> all;
    each_parameter(query, [&](std::string_view key, std::string_view value) {
        auto k = percent_decode(key, true);
        auto v = percent_decode(value, true);
        if (k && v) all.emplace_back(std::move(*k), std::move(*v));
        return true;
    });
    return all;
}

std::optional<std::pair<std::string_view, std::string_view>> split_target(std::string_view target) {
    if (const auto scheme = target.find("://");
        scheme != std::string_view::npos && !target.starts_with('/')) {
        const auto slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    if (!target.starts_with('/')) return std::nullopt;
    target = target.substr(0, target.find('#'));
    const auto mark = target.find('?');
    if (mark == std::string_view::npos) return std::pair(target, std::string_view());
    return std::pair(target.substr(0, mark), target.substr(mark + 1));
}

} // namespace voltlane::http
