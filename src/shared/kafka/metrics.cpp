#include "shared/kafka/metrics.hpp"

namespace voltlane::kafka {

producer_metrics::producer_metrics(voltlane::metrics::registry& registry)
    : acknowledged(registry.add_counter("kafka_acknowledged_total", "Records that the log acknowledged"))
    , failed(registry.add_counter("kafka_delivery_failed_total", "Publications that ended with an error"))
    , refused(
          registry.add_counter("kafka_refused_total", "Publications refused at once, mostly by a full queue"))
    , detached_failed(registry.add_counter("kafka_detached_failed_total",
                                           "Publications that failed and that nobody waited for"))
    , replaced(registry.add_counter("kafka_producer_replaced_total",
                                    "Producer instances replaced after a fatal error"))
    , errors(registry.add_counter("kafka_producer_errors_total",
                                  "Errors of the producer's client, broker disconnects")) {}

consumer_metrics::consumer_metrics(voltlane::metrics::registry& registry)
    : records(registry.add_counter("kafka_consumed_total", "Records read"))
    , rebalances(
          registry.add_counter("kafka_rebalances_total", "Assignments and revocations by consumer groups"))
    , errors(registry.add_counter("kafka_consumer_errors_total",
                                  "Errors of consumers' clients, broker disconnects"))
    , out_of_range(registry.add_counter("kafka_out_of_range_total", "Positions that the log no longer had")) {
}

} // namespace voltlane::kafka
