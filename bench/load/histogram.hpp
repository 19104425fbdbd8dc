#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace voltlane::bench {

// Round trips of one run. Keeps every value (4 bytes each), so percentiles are exact.
class round_trips {
public:
    void add(std::chrono::steady_clock::duration d) {
        micros_.push_back(
            static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(d).count()));
    }
    std::size_t count() const noexcept { return micros_.size(); }
    // Milliseconds; 0 where nothing was measured.
    double percentile(double p) {
        if (micros_.empty()) return 0;
        const auto at = static_cast<std::size_t>(p / 100 * static_cast<double>(micros_.size() - 1));
        std::nth_element(micros_.begin(), micros_.begin() + static_cast<std::ptrdiff_t>(at), micros_.end());
        return micros_[at] / 1000.0;
    }

private:
    std::vector<std::uint32_t> micros_;
};

} // namespace voltlane::bench
