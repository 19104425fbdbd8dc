#pragma once

#include "shared/async/types.hpp"
#include "shared/base/config.hpp"

namespace voltlane::http {

// A listening socket with SO_REUSEADDR and, so that every shard has its own, SO_REUSEPORT. Throws
// boost::system::system_error (address in use, not an address of this machine). The host may be a name.
async::tcp_acceptor open_acceptor(async::executor ex, const host_port& address);

// Throws boost::system::system_error where somebody listens on the address already. SO_REUSEPORT alone would
// not tell: two processes of one user would share the port. Call it once per process, before its first
// acceptor.
void require_free(async::executor ex, const host_port& address);

} // namespace voltlane::http
