#pragma once

#include "shared/async/types.hpp"

#include <string>
#include <string_view>

namespace voltlane::http {

// What a streaming response writes to: its connection's socket, in chunks. On the connection's shard only.
class body_stream {
public:
    virtual ~body_stream() = default;

    // False: the client is gone or too slow, or the process stops; write nothing more and return.
    virtual async::awaitable<bool> write(std::string piece) = 0;
    // Sleeps until wake(), the time point or the end of the connection. False: return from the stream.
    virtual async::awaitable<bool> wait_until(async::steady_point until) = 0;
    // What was written is not the whole: the connection closes without the mark that ends a body, so that the
    // client does not take a part for all of it. Return from the stream afterwards.
    virtual void fail() = 0;
    // Ends a wait_until that is going on; one that comes later returns at once.
    virtual void wake() = 0;

protected:
    body_stream() = default;
    body_stream(const body_stream&) = delete;
    body_stream& operator=(const body_stream&) = delete;
};

} // namespace voltlane::http
