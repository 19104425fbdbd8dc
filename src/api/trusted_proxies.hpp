#pragma once

#include "shared/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace voltlane::api {

// The front proxies of the deployment, by address. What a request says of the client in X-Forwarded-For,
// -Proto and -Host is believed as far as these wrote it, and not at all where nobody of them did. Read only
// after its construction: any thread.
class trusted_proxies {
public:
    // Addresses and networks, comma separated: "10.0.0.7, 172.16.0.0/12, fd00::/8". Throws
    // std::invalid_argument for what check() refuses.
    explicit trusted_proxies(std::string_view list = {});
    // Empty, or what is wrong with a list, for people.
    static std::string check(std::string_view list);

    // The client's address: the socket's other end, or, where that is a trusted proxy, the last address of
    // X-Forwarded-For that is none. IPv4 in IPv6 is shown as IPv4. Afterwards the request's X-Forwarded-Proto
    // and -Host hold one value each, that which the proxy nearest to the client wrote, and are gone where no
    // trusted proxy wrote them.
    std::string settle(http::request& r) const;

    bool trusts(const boost::asio::ip::address& a) const;
    // Whether X-Forwarded-For came from somebody who is not trusted, so that settle() passes over it: a
    // client's invention, or a proxy that the list does not have. Before settle().
    bool passes_over(const http::request& r) const;

private:
    struct network {
        boost::asio::ip::address_v6::bytes_type prefix; // IPv4 as ::ffff:a.b.c.d
        unsigned bits;
    };
    static std::string read(std::string_view list, std::vector<network>& out);

    std::vector<network> networks_;
};

} // namespace voltlane::api
