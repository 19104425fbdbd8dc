#include "shared/kafka/holders.hpp"

#include <librdkafka/rdkafka.h>

namespace voltlane::kafka {

void holder_delete::operator()(rd_kafka_s* p) const noexcept {
    rd_kafka_destroy(p);
}
void holder_delete::operator()(rd_kafka_conf_s* p) const noexcept {
    rd_kafka_conf_destroy(p);
}
void holder_delete::operator()(rd_kafka_topic_s* p) const noexcept {
    rd_kafka_topic_destroy(p);
}
void holder_delete::operator()(rd_kafka_queue_s* p) const noexcept {
    rd_kafka_queue_destroy(p);
}
void holder_delete::operator()(rd_kafka_op_s* p) const noexcept {
    rd_kafka_event_destroy(p);
}
void holder_delete::operator()(rd_kafka_topic_partition_list_s* p) const noexcept {
    rd_kafka_topic_partition_list_destroy(p);
}
void holder_delete::operator()(rd_kafka_error_s* p) const noexcept {
    rd_kafka_error_destroy(p);
}

} // namespace voltlane::kafka
