#pragma once

#include "shared/base/metrics.hpp"
#include "shared/pg/failure.hpp"

#include <array>

namespace voltlane::pg {

// What one process's database work costs.
struct metrics {
    // `with`: {"pool", name} for a pool whose work is counted apart from the rest of the process.
    explicit metrics(voltlane::metrics::registry& r, const voltlane::metrics::labels& with = {})
        : connects(r.add_counter("pg_connects_total", "Connections made to PostgreSQL", with))
        , connect_failures(r.add_counter("pg_connect_failures_total",
                                         "Attempts to connect to PostgreSQL that failed", with))
        , transactions(r.add_counter("pg_transactions_total", "Transactions committed", with))
        , statements(r.add_counter("pg_statements_total", "Statements of committed transactions", with))
        , seconds(r.add_counter("pg_transaction_seconds_total", "Time spent in committed transactions", with))
        , waiting(r.add_gauge("pg_jobs_waiting", "Jobs that wait for a connection", with))
        , failures{&failure_counter(r, failure_kind::retryable, with),
                   &failure_counter(r, failure_kind::conflict, with),
                   &failure_counter(r, failure_kind::poison, with),
                   &failure_counter(r, failure_kind::unavailable, with),
                   &failure_counter(r, failure_kind::in_doubt, with),
                   &failure_counter(r, failure_kind::defect, with)} {}

    voltlane::metrics::counter& failures_of(failure_kind k) { return *failures[static_cast<std::size_t>(k)]; }

    voltlane::metrics::counter& connects;
    voltlane::metrics::counter& connect_failures;
    voltlane::metrics::counter& transactions;
    voltlane::metrics::counter& statements;
    voltlane::metrics::counter& seconds;
    voltlane::metrics::gauge& waiting;
    std::array<voltlane::metrics::counter*, 6> failures;

private:
    static voltlane::metrics::counter& failure_counter(voltlane::metrics::registry& r, failure_kind k,
                                                       voltlane::metrics::labels with) {
        with.emplace("kind", to_string(k));
        return r.add_counter("pg_failures_total", "Failed transactions by kind", with);
    }
};

} // namespace voltlane::pg
