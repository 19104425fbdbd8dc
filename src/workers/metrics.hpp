#pragma once

#include "shared/base/metrics.hpp"

#include <string>

namespace voltlane::workers {

// One pool that reads partitions.
struct pool_metrics {
    pool_metrics(metrics::registry& r, const std::string& pool)
        : batches(r.add_counter("worker_batches_total", "Batches committed", {{"pool", pool}}))
        , events(r.add_counter("worker_events_total", "Records of committed batches that concern the pool",
                               {{"pool", pool}}))
        , dead_letters(r.add_counter("worker_dead_letters_total", "Records put aside", {{"pool", pool}}))
        , fenced(r.add_counter("worker_fenced_total", "Batches dropped: the partition was somebody else's",
                               {{"pool", pool}}))
        , in_doubt(
              r.add_counter("worker_in_doubt_total", "Commits whose end was not heard of", {{"pool", pool}}))
        , retries(r.add_counter("worker_retries_total", "Batches tried again: the database was away",
                                {{"pool", pool}}))
        , restarted_logs(r.add_counter("worker_restarted_logs_total",
                                       "Partitions begun anew: their log was replaced or cut",
                                       {{"pool", pool}}))
        , partitions(r.add_gauge("worker_partitions", "Partitions held", {{"pool", pool}}))
        , stuck(r.add_gauge("worker_stuck_partitions",
                            "Partitions whose next batch PostgreSQL refuses each time: a person has to look",
                            {{"pool", pool}}))
        , age(r.add_gauge("worker_batch_age_seconds",
                          "Age of the oldest record of the last batch when it was committed",
                          {{"pool", pool}}))
        , lag(r.add_gauge("worker_lag_records", "Records not yet taken, over the partitions held",
                          {{"pool", pool}})) {}

    metrics::counter& batches;
    metrics::counter& events;
    metrics::counter& dead_letters;
    metrics::counter& fenced;
    metrics::counter& in_doubt;
    metrics::counter& retries;
    metrics::counter& restarted_logs;
    metrics::gauge& partitions;
    metrics::gauge& stuck;
    metrics::gauge& age;
    metrics::gauge& lag;
};

struct stations_metrics {
    explicit stations_metrics(metrics::registry& r)
        : refused_connectors(r.add_counter("worker_refused_connectors_total",
                                           "Statuses of connector numbers that no charger has, left out")) {}

    metrics::counter& refused_connectors;
};

struct relay_metrics {
    explicit relay_metrics(metrics::registry& r)
        : published(r.add_counter("relay_published_total", "Outbox records published"))
        , failures(
              r.add_counter("relay_failures_total", "Publications of a shard that failed and were repeated"))
        , shards(r.add_gauge("relay_shards", "Outbox shards held"))
        , age(r.add_gauge("relay_oldest_seconds", "Age of the oldest record in the outbox")) {}

    metrics::counter& published;
    metrics::counter& failures;
    metrics::gauge& shards;
    metrics::gauge& age;
};

// What became of the deliveries of one kind.
struct delivery_metrics {
    delivery_metrics(metrics::registry& r, const std::string& kind)
        : done(r.add_counter("notify_done_total", "Deliveries carried out, or found to be needless",
                             {{"kind", kind}}))
        , retries(r.add_counter("notify_retries_total", "Attempts that failed and are repeated later",
                                {{"kind", kind}}))
        , dead(r.add_counter("notify_dead_total", "Deliveries given up", {{"kind", kind}})) {}

    metrics::counter& done;
    metrics::counter& retries;
    metrics::counter& dead;
};

struct upkeep_metrics {
    explicit upkeep_metrics(metrics::registry& r)
        : overdue_commands(r.add_counter("worker_overdue_commands_total", "Commands ended without news"))
        , partitions_made(r.add_counter("worker_partitions_made_total", "Partitions of meter values made"))
        , partitions_dropped(
              r.add_counter("worker_partitions_dropped_total", "Partitions dropped past retention"))
        , old_rows(r.add_counter("worker_old_rows_total", "Rows deleted past retention"))
        , registry(r) {}

    metrics::counter& failures(const std::string& chore) {
        return registry.add_counter("worker_upkeep_failures_total",
                                    "Upkeep runs that failed; they are repeated", {{"chore", chore}});
    }

    metrics::counter& overdue_commands;
    metrics::counter& partitions_made;
    metrics::counter& partitions_dropped;
    metrics::counter& old_rows;
    metrics::registry& registry;
};

} // namespace voltlane::workers
