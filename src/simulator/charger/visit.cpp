#include "simulator/charger/visit.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace voltlane::simulator {

visit draw_visit(const scenario& plan, random_source& random) {
    const auto& s = plan.sessions;
    visit v;
    v.tag = plan.tags[random.index(plan.tags.size())];
    const auto stranger = random.next() & 0xFFFFFFFF;
    if (random.chance(s.unknown_tag)) v.tag = fmt::format("STRANGER-{:08X}", stranger);
    v.car.battery_wh = random.within(plan.cars.battery_kwh) * 1000;
    v.car.soc = random.within(plan.cars.soc) / 100;
    v.car.max_w = random.within(plan.cars.kw) * 1000;
    v.tag_after = random.within(s.tag_after);
    v.length = random.within(s.length);
    v.unplug_after = random.within(s.unplug_after);
    v.by_cable = random.chance(s.by_cable);
    const double suspend_at = random.within({0.2, 0.7}) * v.length;
    v.suspended_for = std::min(random.within(s.suspended), v.length / 4);
    if (random.chance(s.suspends)) v.suspend_after = suspend_at;
    const double fault_at = random.within({0.1, 0.9}) * v.length;
    v.faulted_for = random.within(s.faulted);
    if (random.chance(s.faults)) v.fault_after = fault_at;
    return v;
}

} // namespace voltlane::simulator
