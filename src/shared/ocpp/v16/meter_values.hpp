#pragma once

#include "shared/ocpp/v16/quirks/charger_time.hpp"
#include "shared/ocpp/v16/quirks/quirk.hpp"
#include "shared/ocpp/v16/quirks/sampled_value.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace voltlane::ocpp::v16 {

// Samples taken out of one call. A frame of 64 KiB holds about 1500 of the smallest; the rest stays in the
// verbatim payload only, and `cut` says so.
inline constexpr std::size_t max_samples = 4096;

// One value with the time of the MeterValue that it stands in.
struct sample {
    charger_time time;
    sampled_value value;
};

struct sample_reading {
    std::size_t unreadable = 0; // elements that are no objects, or hold no value: kept in the payload only
    bool cut = false;
    quirk_set quirks; // of all samples and their times
};

// Appends all samples of `list_name` (`meterValue`, or StopTransaction's `transactionData`) to `out`, which
// the caller reuses between calls. Total: lists that are absent, empty or nonsense give no samples.
sample_reading read_samples(const boost::json::object& payload, std::string_view list_name,
                            std::vector<sample>& out,
                            std::chrono::minutes default_offset = std::chrono::minutes{0});

} // namespace voltlane::ocpp::v16
