#include "api/trusted_proxies.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace voltlane::api {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned v6_bits = 128;
constexpr unsigned v4_bits = 32;
// Hops that are looked at; a longer chain than this is nobody's proxy.
constexpr std::size_t most_hops = 32;

ip::address_v6::bytes_type bytes_of(const ip::address& a) {
    return (a.is_v6() ? a.to_v6() : ip::make_address_v6(ip::v4_mapped, a.to_v4())).to_bytes();
}

ip::address plain(const ip::address& a) {
    if (a.is_v4()) return a;
    auto v6 = a.to_v6();
    if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6);
    v6.scope_id(0);
    return v6;
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711", in quotes or not.
std::optional<ip::address> read_address(std::string_view text) {
    text = trim(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') == std::string_view::npos ? 0 : text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    boost::system::error_code ec;
    const auto address = ip::make_address(std::string(text), ec);
    if (ec) return std::nullopt;
    return plain(address);
}

// The elements of all fields of that name, in the order in which they were written.
std::vector<std::string_view> elements(const http::request& r, std::string_view name) {
    std::vector<std::string_view> all;
    for (const auto& [key, value] : r.headers) {
        if (key != name) continue;
        for (std::string_view rest = value;;) {
            const auto comma = rest.find(',');
            if (const auto one = trim(rest.substr(0, comma)); !one.empty()) all.push_back(one);
            if (comma == std::string_view::npos) break;
            rest = rest.substr(comma + 1);
        }
    }
    return all;
}

// Leaves one field with the element that was written `hops` hops before the last one, none where there is
// none.
void keep_one(http::request& r, std::string_view name, std::optional<std::size_t> hops) {
    const auto all = elements(r, name);
    std::string kept;
    if (hops && !all.empty()) kept = all[all.size() - 1 - std::min(*hops, all.size() - 1)];
    std::erase_if(r.headers, [name](const auto& field) { return field.first == name; });
    if (!kept.empty()) r.headers.emplace_back(name, std::move(kept));
}

} // namespace

trusted_proxies::trusted_proxies(std::string_view list) {
    if (const auto wrong = read(list, networks_); !wrong.empty()) throw std::invalid_argument(wrong);
}

std::string trusted_proxies::check(std::string_view list) {
    std::vector<network> ignored;
    return read(list, ignored);
}

std::string trusted_proxies::read(std::string_view list, std::vector<network>& out) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto one = trim(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
        if (one.empty()) continue;
        const auto slash = one.find('/');
        boost::system::error_code ec;
        const auto address = ip::make_address(std::string(one.substr(0, slash)), ec);
        if (ec) return "'" + std::string(one) + "' is no address or network";
        const unsigned most = address.is_v4() ? v4_bits : v6_bits;
        unsigned bits = most;
        if (slash != std::string_view::npos) {
            const auto given = parse_integer<std::uint16_t>(one.substr(slash + 1));
            if (!given || *given > most) return "'" + std::string(one) + "' is no address or network";
            bits = *given;
        }
        out.push_back({bytes_of(address), bits + v6_bits - most});
    }
    return {};
}

bool trusted_proxies::trusts(const ip::address& a) const {
    const auto bytes = bytes_of(a);
    return std::any_of(networks_.begin(), networks_.end(), [&bytes](const network& n) {
        const auto whole = n.bits / 8;
        if (!std::equal(bytes.begin(), bytes.begin() + whole, n.prefix.begin())) return false;
        const auto rest = n.bits % 8;
        return rest == 0 || ((bytes.at(whole) ^ n.prefix.at(whole)) >> (8 - rest)) == 0;
    });
}

bool trusted_proxies::passes_over(const http::request& r) const {
    if (r.header("x-forwarded-for").empty()) return false;
    boost::system::error_code ec;
    const auto end = ip::make_address(r.peer, ec);
    return ec || !trusts(plain(end));
}

std::string trusted_proxies::settle(http::request& r) const {
    std::string client = r.peer;
    std::optional<std::size_t> hops; // how many elements trusted proxies wrote, less one
    boost::system::error_code ec;
    auto end = plain(ip::make_address(r.peer, ec));
    if (!ec) client = end.to_string();
    if (!ec && trusts(end)) {
        const auto chain = elements(r, "x-forwarded-for");
        hops = 0;
        for (std::size_t i = 0; i < std::min(chain.size(), most_hops); ++i) {
            const auto hop = read_address(chain[chain.size() - 1 - i]);
            if (!hop) break;
            client = hop->to_string();
            hops = i;
            if (!trusts(*hop)) break;
        }
    }
    keep_one(r, "x-forwarded-proto", hops);
    keep_one(r, "x-forwarded-host", hops);
    return client;
}

} // namespace voltlane::api
