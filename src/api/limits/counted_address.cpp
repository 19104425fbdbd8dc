#include "api/limits/counted_address.hpp"

#include "shared/base/text.hpp"

#include <optional>

#include <boost/asio/ip/address.hpp>

namespace voltlane::api {
namespace {

constexpr std::size_t customer_bytes = 8; // of a /64
constexpr std::size_t network_bytes = 6;  // of a /48

// The first bytes as hex; nullopt: no IPv6 address.
std::optional<std::string> prefix(std::string_view address, std::size_t length) {
    if (address.find(':') == std::string_view::npos) return std::nullopt;
    boost::system::error_code ec;
    const auto v6 = boost::asio::ip::make_address_v6(std::string(address), ec);
    if (ec) return std::nullopt;
    const auto bytes = v6.to_bytes();
    return to_hex({reinterpret_cast<const char*>(bytes.data()), length});
}

} // namespace

std::string counted_address(std::string_view address) {
    return prefix(address, customer_bytes).value_or(std::string(address));
}

std::string counted_network(std::string_view address) {
    return prefix(address, network_bytes).value_or(std::string());
}

} // namespace voltlane::api
