#pragma once

#include <map>
#include <memory>
#include <string>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

// One registry per process; its text is served by the admin port. A library's metrics.hpp declares its
// families through these helpers; docs/metrics.md is checked against what a process serves.
namespace voltlane::metrics {

using labels = std::map<std::string, std::string>;
using counter = prometheus::Counter;     // lock-free to increment, any thread
using gauge = prometheus::Gauge;         // lock-free, any thread
using histogram = prometheus::Histogram; // takes a lock: not on the call path of a message

class registry {
public:
    registry();
    registry(const registry&) = delete;
    registry& operator=(const registry&) = delete;

    // `name` with the prefix "voltlane_"; the reference lives as long as the registry. No label may name a
    // tenant's secret.
    counter& add_counter(const std::string& name, const std::string& help, const labels& with = {});
    gauge& add_gauge(const std::string& name, const std::string& help, const labels& with = {});
    histogram& add_histogram(const std::string& name, const std::string& help,
                             const prometheus::Histogram::BucketBoundaries& bounds, const labels& with = {});

    std::string text() const; // Prometheus text format 0.0.4

private:
    std::shared_ptr<prometheus::Registry> registry_;
};

} // namespace voltlane::metrics
