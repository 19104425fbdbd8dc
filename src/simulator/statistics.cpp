#include "simulator/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace voltlane::simulator {
namespace {

// Bucket of a time: the position of its highest bit, and the three bits below it.
std::size_t bucket_of(std::uint64_t us, unsigned parts) noexcept {
    if (us < parts) return us;
    const auto exponent = static_cast<unsigned>(std::bit_width(us)) - 4;
    return (exponent + 1) * parts + ((us >> exponent) & (parts - 1));
}

double upper_edge(std::size_t bucket, unsigned parts) noexcept {
    if (bucket < parts) return static_cast<double>(bucket) + 1;
    const auto exponent = bucket / parts - 1;
    return std::ldexp(static_cast<double>(parts + bucket % parts + 1), static_cast<int>(exponent));
}

} // namespace

void latencies::add(std::chrono::microseconds t) noexcept {
    const auto us = std::max<std::int64_t>(0, t.count());
    ++counts_[std::min(bucket_of(static_cast<std::uint64_t>(us), parts), buckets - 1)];
    ++count_;
    longest_us_ = std::max(longest_us_, us);
}

void latencies::add(const latencies& others) noexcept {
    for (std::size_t i = 0; i < buckets; ++i)
        counts_[i] += others.counts_[i];
    count_ += others.count_;
    longest_us_ = std::max(longest_us_, others.longest_us_);
}

double latencies::percentile(double percent) const noexcept {
    if (count_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(std::ceil(static_cast<double>(count_) * percent / 100));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
        seen += counts_[i];
        if (seen >= wanted && counts_[i] != 0) return std::min(upper_edge(i, parts) / 1000, longest_ms());
    }
    return longest_ms();
}

} // namespace voltlane::simulator
