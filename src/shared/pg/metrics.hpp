#pragma once

#include "shared/base/metrics.hpp"
#include "shared/pg/failure.hpp"

#include <array>

namespace voltlane::pg {

// What one process's database work costs.
struct metrics {
    explicit metrics(voltlane::metrics::registry& r)
        : connects(r.add_counter("pg_connects_total", "Connections made to PostgreSQL"))
        , connect_failures(
              r.add_counter("pg_connect_failures_total", "Attempts to connect to PostgreSQL that failed"))
        , transactions(r.add_counter("pg_transactions_total", "Transactions committed"))
        , statements(r.add_counter("pg_statements_total", "Statements of committed transactions"))
        , seconds(r.add_counter("pg_transaction_seconds_total", "Time spent in committed transactions"))
        , waiting(r.add_gauge("pg_jobs_waiting", "Jobs that wait for a connection"))
        , failures{
              &failure_counter(r, failure_kind::retryable), &failure_counter(r, failure_kind::conflict),
              &failure_counter(r, failure_kind::poison),    &failure_counter(r, failure_kind::unavailable),
              &failure_counter(r, failure_kind::in_doubt),  &failure_counter(r, failure_kind::defect)} {}

    voltlane::metrics::counter& failures_of(failure_kind k) { return *failures[static_cast<std::size_t>(k)]; }

    voltlane::metrics::counter& connects;
    voltlane::metrics::counter& connect_failures;
    voltlane::metrics::counter& transactions;
    voltlane::metrics::counter& statements;
    voltlane::metrics::counter& seconds;
    voltlane::metrics::gauge& waiting;
    std::array<voltlane::metrics::counter*, 6> failures;

private:
    static voltlane::metrics::counter& failure_counter(voltlane::metrics::registry& r, failure_kind k) {
        return r.add_counter("pg_failures_total", "Failed transactions by kind",
                             {{"kind", std::string(to_string(k))}});
    }
};

} // namespace voltlane::pg
