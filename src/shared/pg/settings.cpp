#include "shared/pg/settings.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace voltlane::pg {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

bool is_url(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

// For a URL's query: everything but letters, digits and a few marks.
std::string percent_encode(std::string_view text) {
    static constexpr auto digits = "0123456789ABCDEF"sv;
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           "-._~"sv.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

// For key='value'.
std::string quote(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out += '\'';
}

bool sets(std::string_view url, std::string_view name) {
    for (auto at = url.find(name); at != std::string_view::npos; at = url.find(name, at + 1)) {
        const bool starts = at == 0 || "?& "sv.find(url[at - 1]) != std::string_view::npos;
        const auto end = at + name.size();
        if (starts && end < url.size() && (url[end] == '=' || url[end] == ' ')) return true;
    }
    return false;
}

std::string server_options(role as) {
    const auto limits = limits_of(as);
    const auto ms = [](std::chrono::milliseconds d) {
        return std::to_string(d.count());
    };
    // Short statements only: compiling them (jit) costs more than it saves.
    // Batches look rows up by key, and prepared plans live long: one that was made while a table was small
    // must not scan it when it has grown.
    const bool keyed = as == role::worker || as == role::relay;
    const std::string plans = keyed ? " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c "
                                      "enable_hashjoin=off -c enable_mergejoin=off"
                                    : "";
    return "-c TimeZone=UTC -c DateStyle=ISO -c jit=off -c statement_timeout=" + ms(limits.statement) +
           " -c lock_timeout=" + ms(limits.lock) +
           " -c idle_in_transaction_session_timeout=" + ms(limits.idle_in_transaction) +
           " -c idle_session_timeout=" + ms(limits.idle) + plans;
}

} // namespace

time_limits limits_of(role r) noexcept {
    switch (r) {
    // Lock: above the 5 s after which the server ends a zombie's transaction; a waiting owner would give up
    // too early.
    case role::worker: return {30s, 8s, 5s, 0s};
    // A living relay asks many times a second; one that was stopped loses its connection, and so its locks.
    case role::relay: return {30s, 8s, 5s, 10s};
    case role::api: return {10s, 3s, 5s, 0s};
    case role::admin: return {0s, 30s, 60s, 0s};
    }
    return {30s, 8s, 5s, 0s};
}

std::string connection_string(const settings& s) {
    const std::array members{
        std::pair{"application_name"sv, s.application},
        std::pair{"client_encoding"sv, std::string("UTF8")},
        std::pair{"connect_timeout"sv, std::string("5")}, // seconds
        // A peer that vanished is noticed after 10 s + 3 x 5 s, and data it never acknowledges after 10 s.
        std::pair{"keepalives"sv, std::string("1")},
        std::pair{"keepalives_idle"sv, std::string("10")},
        std::pair{"keepalives_interval"sv, std::string("5")},
        std::pair{"keepalives_count"sv, std::string("3")},
        std::pair{"tcp_user_timeout"sv, std::string("10000")},
        std::pair{"options"sv, server_options(s.as)},
    };
    std::string out = s.url;
    const bool url = is_url(out);
    bool has_query = out.find('?') != std::string::npos;
    for (const auto& [name, value] : members) {
        if (value.empty() || sets(s.url, name)) continue;
        if (url) {
            out += has_query ? '&' : '?';
            has_query = true;
            out.append(name).append("=").append(percent_encode(value));
        } else {
            out.append(" ").append(name).append("=").append(quote(value));
        }
    }
    return out;
}

std::string check_url(std::string_view url) {
    if (url.empty()) return {};
    if (is_url(url) || url.find('=') != std::string_view::npos) return {};
    return "must be postgresql://user:password@host:port/database";
}

} // namespace voltlane::pg
