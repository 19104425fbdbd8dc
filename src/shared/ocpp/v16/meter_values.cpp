#include "shared/ocpp/v16/meter_values.hpp"

namespace voltlane::ocpp::v16 {

sample_reading read_samples(const boost::json::object& payload, std::string_view list_name,
                            std::vector<sample>& out, std::chrono::minutes default_offset) {
    sample_reading reading;
    const auto* member = payload.if_contains(list_name);
    if (member == nullptr || member->is_null()) return reading;
    const auto* list = member->if_array();
    if (list == nullptr) {
        ++reading.unreadable;
        reading.quirks.add(quirk::member_invalid);
        return reading;
    }
    const auto first = out.size();
    for (const auto& element : *list) {
        const auto* meter_value = element.if_object();
        const auto* samples = meter_value == nullptr ? nullptr : meter_value->if_contains("sampledValue");
        if (samples == nullptr || !samples->is_array()) {
            ++reading.unreadable;
            reading.quirks.add(quirk::member_invalid);
            continue;
        }
        const auto time = read_charger_time(*meter_value, "timestamp", true, reading.quirks, default_offset);
        for (const auto& item : samples->get_array()) {
            const auto* o = item.if_object();
            if (o == nullptr) {
                ++reading.unreadable;
                reading.quirks.add(quirk::member_invalid);
                continue;
            }
            if (out.size() - first == max_samples) {
                reading.cut = true;
                return reading;
            }
            auto value = read_sampled_value(*o);
            reading.quirks.add(value.quirks);
            if (value.value().empty()) {
                ++reading.unreadable;
                continue;
            }
            out.push_back({time, std::move(value)});
        }
    }
    return reading;
}

} // namespace voltlane::ocpp::v16
