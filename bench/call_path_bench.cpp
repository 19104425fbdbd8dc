// What a call costs in the pure libraries: the frame read and checked, its event written and read back, the
// session folded.
#include "shared/domain/session/fold.hpp"
#include "shared/events/inbound.hpp"
#include "shared/ocpp/frame.hpp"
#include "shared/ocpp/v16/calls.hpp"

#include <string>

#include <benchmark/benchmark.h>

namespace voltlane {
namespace {

constexpr std::string_view meter_values =
    R"([2,"17","MeterValues",{"connectorId":1,"transactionId":12345,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[)"
    R"({"value":"1500","measurand":"Energy.Active.Import.Register","unit":"Wh"},{"value":"11040","measurand":"Power.Active.Import","unit":"W"},)"
    R"({"value":"16.0","measurand":"Current.Import","unit":"A","phase":"L1"},{"value":"230.1","measurand":"Voltage","unit":"V","phase":"L1-N"}]}]}])";

constexpr timestamp received{std::chrono::microseconds{1'767'225'600'000'000}}; // 2026-01-01

events::inbound base_event(std::int64_t seq) {
    events::inbound e;
    e.key = {tenant_id{1}, "bura"};
    e.identity = "BURA";
    e.gateway = "gateway-1";
    e.connection = {1, 1000};
    e.seq = seq;
    e.received_at = received;
    e.protocol = "ocpp1.6";
    return e;
}

events::inbound metered(std::int64_t seq, std::string_view value, events::milliwatt_hours mwh) {
    auto e = base_event(seq);
    e.action = "MeterValues";
    e.message_id = "17";
    e.payload = "{}";
    e.answer = "{}";
    events::sampled s{.connector = 1, .transaction_key = "12345"};
    s.samples.push_back({.at = received,
                         .measurand = "Energy.Active.Import.Register",
                         .value = value,
                         .unit = "Wh",
                         .register_mwh = mwh});
    e.input = std::move(s);
    return e;
}

void read_and_check_a_frame(benchmark::State& state) {
    ocpp::frame_parser parser;
    for (auto _ : state) {
        const auto f = parser.parse(meter_values);
        const auto* call = ocpp::v16::find_call(f.action);
        benchmark::DoNotOptimize(ocpp::v16::check_call(*call, *f.payload).ok);
    }
}
BENCHMARK(read_and_check_a_frame);

void write_an_event(benchmark::State& state) {
    const auto e = metered(2, "1500", 1'500'000);
    std::string out;
    for (auto _ : state) {
        out.clear();
        events::append_inbound(out, e);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(write_an_event);

void read_an_event(benchmark::State& state) {
    std::string text;
    events::append_inbound(text, metered(2, "1500", 1'500'000));
    for (auto _ : state)
        benchmark::DoNotOptimize(events::inbound_record::parse(text).has_value());
}
BENCHMARK(read_an_event);

// A running session takes its next meter value: what a worker does most.
void fold_a_meter_value(benchmark::State& state) {
    domain::charger_state charger;
    charger.key = {tenant_id{1}, "bura"};
    charger.loaded = true;
    domain::batch_effects effects;
    auto start = base_event(1);
    start.input = events::started{.connector = 1,
                                  .id_tag = "TAG",
                                  .id_tag_folded = "tag",
                                  .transaction_key = "12345",
                                  .identity_hash = "0123456789abcdef0123456789abcdef",
                                  .at = received,
                                  .at_text = "2026-01-01T00:00:00Z",
                                  .meter_mwh = 0,
                                  .meter_text = "0",
                                  .tag = {.status = "Accepted"}};
    domain::apply(charger, start, {}, effects);
    domain::harvest(charger, effects);
    for (auto* s : effects.inserted)
        s->id = session_id{1};
    domain::settle(charger);
    std::int64_t seq = 1;
    for (auto _ : state) {
        domain::batch_effects batch;
        ++seq;
        domain::apply(charger, metered(seq, "1500", seq * 1000), {}, batch);
        domain::harvest(charger, batch);
        domain::settle(charger);
        benchmark::DoNotOptimize(batch.meter_values.size());
    }
}
BENCHMARK(fold_a_meter_value);

} // namespace
} // namespace voltlane
