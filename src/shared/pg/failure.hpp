#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace voltlane::pg {

// What a database error means for the caller. Derived from the SQLSTATE, never from the text.
enum class failure_kind {
    retryable, // serialization failure, deadlock: the same work again may pass (database and pool do that
               // themselves)
    conflict,  // a unique name is taken
    poison, // the data cannot be stored: wrong values, broken constraints; repeating it unchanged fails again
    unavailable, // the server is away, starting, full or too slow; try again later
    in_doubt,    // the connection broke at commit: it may have committed
    defect,      // our SQL or schema is wrong
};

std::string_view to_string(failure_kind k) noexcept;

// The one table. An empty SQLSTATE (no connection) is `unavailable`.
failure_kind classify(std::string_view sqlstate) noexcept;

// The only exception that leaves this library for database trouble.
class failure : public std::runtime_error {
public:
    failure(failure_kind kind, std::string sqlstate, const std::string& message)
        : std::runtime_error(message)
        , kind_(kind)
        , sqlstate_(std::move(sqlstate)) {}

    failure_kind kind() const noexcept { return kind_; }
    const std::string& sqlstate() const noexcept { return sqlstate_; }
    // A conflict or a poison value alike: constraints and values that PostgreSQL refused (classes 22 and 23).
    bool refused_data() const noexcept {
        return kind_ == failure_kind::conflict || kind_ == failure_kind::poison;
    }

private:
    failure_kind kind_;
    std::string sqlstate_;
};

// Inside a catch block: throws the pqxx exception in flight as a `failure`; anything else goes on as it is.
[[noreturn]] void rethrow();

} // namespace voltlane::pg
