#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace voltlane::simulator {

// What the meter of a connector shows at one moment.
struct meter_reading {
    std::int64_t register_wh = 0; // energy since the meter was made
    double power_w = 0;
    double voltage = 230;
    double offered_w = 0;
    int phases = 3;  // 0: direct current
    double soc = -1; // percent; negative: no car, or it does not tell
};

// How this charger spells values.
struct meter_spelling {
    bool kwh = false;     // energy in kWh
    bool numbers = false; // "value" as a JSON number, which 1.6 forbids and chargers do
};

// Whether a measurand (`Energy.Active.Import.Register`, with a phase `Current.Import.L1` as some write it)
// can be measured here.
bool is_known_measurand(std::string_view name) noexcept;

// {"timestamp":..,"sampledValue":[..]}: the measurands of a configuration value (comma separated), with their
// context (`Sample.Periodic`). The energy register is always among them where the list names none that can be
// measured, since an empty list is not allowed.
void append_meter_value(std::string& out, std::string_view time, const meter_reading& reading,
                        std::string_view measurands, std::string_view context, meter_spelling spelling);

} // namespace voltlane::simulator
