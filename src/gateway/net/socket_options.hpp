#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>

namespace voltlane::gateway {

// TCP_USER_TIMEOUT as an Asio socket option: a peer that acknowledges nothing for this long is gone. Together
// with the server's pings it finds half-open connections, also of chargers that never answer a ping (their
// kernel still acknowledges).
class tcp_user_timeout {
public:
    explicit tcp_user_timeout(unsigned milliseconds) noexcept : value_(milliseconds) {}

    template <class Protocol>
    int level(const Protocol&) const noexcept {
        return IPPROTO_TCP;
    }
    template <class Protocol>
    int name(const Protocol&) const noexcept {
        return TCP_USER_TIMEOUT;
    }
    template <class Protocol>
    const void* data(const Protocol&) const noexcept {
        return &value_;
    }
    template <class Protocol>
    std::size_t size(const Protocol&) const noexcept {
        return sizeof value_;
    }

private:
    unsigned value_;
};

} // namespace voltlane::gateway
