#pragma once

#include <chrono>
#include <cstddef>

// Every bound of the HTTP side, and what happens when it is hit.
namespace voltlane::http {

// Request line and all header fields together; more: 431 and the connection closes.
inline constexpr std::size_t max_header_bytes = 16 * 1024;
// A request's body; more: 413 and the connection closes (its rest is not read).
inline constexpr std::size_t max_body_bytes = 1024 * 1024;
// Bodies of more than the first number that one listener reads at the same time, together; more: 503 and the
// connection closes. Anybody can send a body, only the handler knows whether he may. Smaller ones (all but
// lists of tags and certificates) are bounded by max_connections alone, so that a flood of large ones keeps
// nobody from logging in.
inline constexpr std::size_t small_body_bytes = 16 * 1024;
inline constexpr std::size_t max_bodies_bytes = 64 * 1024 * 1024;
// What one connection may have read ahead (pipelined requests): reading stops there until earlier ones are
// answered.
inline constexpr std::size_t max_read_ahead_bytes = 64 * 1024;
// Connections of one listener (one shard); more are accepted and closed at once, so that the backlog stays
// free.
inline constexpr std::size_t max_connections = 10'000;
// Between two requests; then the connection closes.
inline constexpr std::chrono::seconds idle_time{75};
// From a request's first byte to its last; then 408 and the connection closes (slow clients hold a descriptor
// only).
inline constexpr std::chrono::seconds read_time{15};
// For a client to take an answer, or one piece of a stream; then the connection closes.
inline constexpr std::chrono::seconds write_time{20};
// Orderly stop: how long requests that are being answered may go on.
inline constexpr std::chrono::seconds stop_time{5};

} // namespace voltlane::http
