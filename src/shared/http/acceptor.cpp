#include "shared/http/acceptor.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>

namespace voltlane::http {
namespace {

// Asio has no public option for SO_REUSEPORT: this models its SettableSocketOption.
struct reuse_port {
    int value = 1;
    template <class Protocol>
    int level(const Protocol&) const noexcept {
        return SOL_SOCKET;
    }
    template <class Protocol>
    int name(const Protocol&) const noexcept {
        return SO_REUSEPORT;
    }
    template <class Protocol>
    const void* data(const Protocol&) const noexcept {
        return &value;
    }
    template <class Protocol>
    std::size_t size(const Protocol&) const noexcept {
        return sizeof value;
    }
};

async::tcp::endpoint resolve(async::executor ex, const host_port& address) {
    boost::system::error_code ec;
    const auto literal = async::asio::ip::make_address(address.host.empty() ? "0.0.0.0" : address.host, ec);
    if (!ec) return {literal, address.port};
    async::asio::ip::basic_resolver<async::tcp, async::executor> resolver(ex);
    const auto found = resolver.resolve(address.host, std::to_string(address.port));
    return found.begin()->endpoint();
}

} // namespace

async::tcp_acceptor open_acceptor(async::executor ex, const host_port& address) {
    const auto endpoint = resolve(ex, address);
    async::tcp_acceptor acceptor(ex);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(async::asio::socket_base::reuse_address(true));
    acceptor.set_option(reuse_port{});
    acceptor.bind(endpoint);
    acceptor.listen(async::asio::socket_base::max_listen_connections);
    return acceptor;
}

void require_free(async::executor ex, const host_port& address) {
    const auto endpoint = resolve(ex, address);
    async::tcp_acceptor probe(ex);
    probe.open(endpoint.protocol());
    probe.set_option(async::asio::socket_base::reuse_address(true));
    probe.bind(endpoint);
}

} // namespace voltlane::http
