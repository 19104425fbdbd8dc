#include "shared/base/metrics.hpp"

#include <prometheus/text_serializer.h>

namespace voltlane::metrics {

registry::registry()
    : registry_(std::make_shared<prometheus::Registry>(prometheus::Registry::InsertBehavior::Merge)) {}

counter& registry::add_counter(const std::string& name, const std::string& help, const labels& with) {
    return prometheus::BuildCounter().Name("voltlane_" + name).Help(help).Register(*registry_).Add(with);
}

gauge& registry::add_gauge(const std::string& name, const std::string& help, const labels& with) {
    return prometheus::BuildGauge().Name("voltlane_" + name).Help(help).Register(*registry_).Add(with);
}

histogram& registry::add_histogram(const std::string& name, const std::string& help,
                                   const prometheus::Histogram::BucketBoundaries& bounds,
                                   const labels& with) {
    return prometheus::BuildHistogram()
        .Name("voltlane_" + name)
        .Help(help)
        .Register(*registry_)
        .Add(with, bounds);
}

std::string registry::text() const {
    return prometheus::TextSerializer().Serialize(registry_->Collect());
}

} // namespace voltlane::metrics
