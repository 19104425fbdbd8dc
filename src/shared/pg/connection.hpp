#pragma once

#include "shared/pg/settings.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

namespace voltlane::pg {

// One connection to PostgreSQL. It never reconnects by itself (libpqxx would, silently losing prepared
// statements and advisory locks): after it broke, throw it away. One thread at a time.
class connection {
public:
    explicit connection(const settings& s); // throws failure(unavailable)
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    bool broken() const noexcept;
    int backend_pid() const noexcept;

    // One transaction around `work(transaction&)`: committed when it returns. No retry.
    template <class Work>
    auto run(access a, Work&& work) {
        transaction t(*this, a);
        using result_type = std::invoke_result_t<Work&, transaction&>;
        if constexpr (std::is_void_v<result_type>) {
            work(t);
            t.commit();
        } else {
            auto value = work(t);
            t.commit();
            return value;
        }
    }

    // A statement outside of any transaction: advisory locks of the session.
    rows exec_alone(const statement& s, std::initializer_list<parameter> parameters = {});
    // How many statements went to the server; tests hold batches against it.
    std::uint64_t statements() const noexcept { return statements_; }

private:
    friend class transaction;
    pqxx::connection& raw() { return *raw_; }
    void prepare(const statement& s);
    void count_statement() noexcept { ++statements_; }

    std::unique_ptr<pqxx::connection> raw_;
    std::unordered_set<const char*> prepared_;
    std::uint64_t statements_ = 0;
};

} // namespace voltlane::pg
