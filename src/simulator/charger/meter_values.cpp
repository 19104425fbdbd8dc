#include "simulator/charger/meter_values.hpp"

#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace voltlane::simulator {
namespace {

constexpr std::array<std::string_view, 8> measurands_known = {
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Power.Offered",
    "Current.Import",
    "Current.Offered",
    "Voltage",
    "SoC",
    "Temperature",
};
constexpr double enclosure_celsius = 24.0;
constexpr double celsius_per_kw = 0.6;

struct sample {
    std::string_view measurand;
    std::string_view unit;
    std::string_view phase; // empty: none
    double value;
    int digits; // behind the point
};

class writer {
public:
    writer(std::string& out, std::string_view context, meter_spelling spelling)
        : out_(out)
        , context_(context)
        , spelling_(spelling) {}

    void add(const sample& s) {
        if (out_.back() != '[') out_ += ',';
        out_ += '{';
        const auto number = fmt::format("{:.{}f}", s.value, s.digits);
        if (spelling_.numbers)
            jsonio::append_raw_member(out_, "value", number);
        else
            jsonio::append_member(out_, "value", number);
        jsonio::append_member(out_, "context", context_);
        jsonio::append_member(out_, "measurand", s.measurand);
        if (!s.phase.empty()) jsonio::append_member(out_, "phase", s.phase);
        jsonio::append_member(out_, "unit", s.unit);
        out_ += '}';
        ++count_;
    }

    void energy(const meter_reading& r) {
        const auto wh = static_cast<double>(r.register_wh);
        if (spelling_.kwh)
            add({measurands_known[0], "kWh", {}, wh / 1000, 3});
        else
            add({measurands_known[0], "Wh", {}, wh, 0});
    }

    void phases(const meter_reading& r, std::string_view measurand, double amperes) {
        static constexpr std::array<std::string_view, 3> names = {"L1", "L2", "L3"};
        if (r.phases == 0) return add({measurand, "A", {}, amperes, 1});
        for (int i = 0; i < r.phases; ++i)
            add({measurand, "A", names[static_cast<std::size_t>(i)], amperes, 1});
    }

    void voltage(const meter_reading& r) {
        static constexpr std::array<std::string_view, 3> names = {"L1-N", "L2-N", "L3-N"};
        if (r.phases == 0) return add({"Voltage", "V", {}, r.voltage, 1});
        for (int i = 0; i < r.phases; ++i)
            add({"Voltage", "V", names[static_cast<std::size_t>(i)], r.voltage - 0.3 * i, 1});
    }

    int count() const noexcept { return count_; }

private:
    std::string& out_;
    std::string_view context_;
    meter_spelling spelling_;
    int count_ = 0;
};

void append(writer& w, std::string_view measurand, const meter_reading& r) {
    const double divisor = r.voltage * std::max(1, r.phases);
    if (measurand == "Energy.Active.Import.Register") w.energy(r);
    if (measurand == "Power.Active.Import") w.add({measurand, "W", {}, r.power_w, 0});
    if (measurand == "Power.Offered") w.add({measurand, "W", {}, r.offered_w, 0});
    if (measurand == "Current.Import") w.phases(r, measurand, r.power_w / divisor);
    if (measurand == "Current.Offered") w.add({measurand, "A", {}, r.offered_w / divisor, 1});
    if (measurand == "Voltage") w.voltage(r);
    if (measurand == "SoC" && r.soc >= 0) w.add({measurand, "Percent", {}, std::floor(r.soc), 0});
    if (measurand == "Temperature")
        w.add({measurand, "Celsius", {}, enclosure_celsius + celsius_per_kw * r.power_w / 1000, 1});
}

} // namespace

bool is_known_measurand(std::string_view name) noexcept {
    return std::find(measurands_known.begin(), measurands_known.end(), name) != measurands_known.end();
}

void append_meter_value(std::string& out, std::string_view time, const meter_reading& reading,
                        std::string_view measurands, std::string_view context, meter_spelling spelling) {
    out += '{';
    jsonio::append_member(out, "timestamp", time);
    jsonio::append_name(out, "sampledValue");
    out += '[';
    writer w(out, context, spelling);
    while (!measurands.empty()) {
        const auto comma = measurands.find(',');
        append(w, trim(measurands.substr(0, comma)), reading);
        measurands = comma == std::string_view::npos ? std::string_view{} : measurands.substr(comma + 1);
    }
    if (w.count() == 0) w.energy(reading);
    out += "]}";
}

} // namespace voltlane::simulator
