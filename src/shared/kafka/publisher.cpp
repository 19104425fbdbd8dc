#include "shared/kafka/publisher.hpp"

#include "shared/kafka/errors.hpp"
#include "shared/kafka/producer.hpp"
#include "shared/kafka/producer_instance.hpp"

namespace voltlane::kafka {

publisher::publisher(producer& owner, async::executor shard, bool home)
    : owner_(owner)
    , shard_(shard)
    , home_(home)
    , inbox_(shard, [](std::vector<delivery>& batch) {
        for (auto& d : batch)
            d.waiter->delivered(d.report);
    }) {}

error_code publisher::enqueue(const record& r, delivery_waiter* waiter) {
    if (waiter) waiter->publisher_ = this;
    error_code refused = errc::stopped;
    if (instance_) refused = instance_->enqueue(r, waiter);
    if (refused) {
        if (refused == errc::not_found) refused = errc::unavailable; // topics may be created yet
        owner_.metrics_.refused.Increment();
    }
    return refused;
}

error_code publisher::publish(const record& r, delivery_waiter& waiter) {
    return enqueue(r, &waiter);
}

bool publisher::publish_detached(const record& r) {
    const bool accepted = !enqueue(r, nullptr);
    if (!accepted) owner_.metrics_.detached_failed.Increment();
    return accepted;
}

delivery_report publisher::refusal(error_code error) noexcept {
    delivery_report report;
    report.error = error;
    report.retriable = worth_repeating(error);
    return report;
}

} // namespace voltlane::kafka
