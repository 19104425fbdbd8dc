#include "shared/ocpp/charge_point_id.hpp"
#include "shared/ocpp/frame.hpp"
#include "shared/ocpp/frame_writer.hpp"
#include "shared/ocpp/utf8.hpp"
#include "shared/ocpp/v16/calls.hpp"
#include "shared/ocpp/v16/commands.hpp"
#include "shared/ocpp/v16/messages.hpp"
#include "shared/ocpp/v16/meter_values.hpp"
#include "shared/ocpp/v16/transaction_id.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>

// One text message of a charger through everything that reads it, whatever its action; and as a request
// target.
namespace {

using namespace voltlane;
using namespace voltlane::ocpp;

void require(bool holds) {
    if (!holds) std::abort();
}

void read_all(const boost::json::object& o) {
    for (const auto& call : v16::calls()) {
        const bool passes = v16::check_call(call, o).ok;
        require(passes || (call.id != v16::action::meter_values && call.id != v16::action::stop_transaction));
    }
    std::vector<v16::sample> samples;
    v16::read_samples(o, "meterValue", samples);
    v16::read_samples(o, "transactionData", samples);
    for (const auto& s : samples)
        require(is_utf8(s.value.value()));
    v16::read_boot_notification(o);
    v16::read_status_notification(o);
    v16::read_authorize(o);
    require(v16::identify_start(tenant_id(1), "cp", v16::read_start_transaction(o)).id > 0);
    v16::read_stop_transaction(o);
    v16::read_meter_values(o);
    v16::read_data_transfer(o);
    v16::read_progress_notification(o);
    v16::read_security_event(o);
    v16::read_sign_certificate(o);
}

void command_all(const boost::json::object& o) {
    for (const auto& command : v16::commands()) {
        v16::check_response(command, o);
        v16::check_request(command, o);
        v16::mask_secrets(command, o);
        const auto checked = v16::check_params(command, o);
        if (!checked.ok()) continue;
        const auto text = boost::json::parse(v16::payload_text(checked.payload));
        require(v16::check_params(command, text.as_object()).ok());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static frame_parser parser;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto f = parser.parse(text);
    if (!f.id_literal.empty()) {
        require(is_utf8(f.message_id) && is_utf8(f.action) && !f.message_id.empty());
        std::string answer;
        append_call_error(answer, f.id_literal, f.code, f.description);
        require(parser.parse(answer).kind == frame_kind::call_error);
    }
    const auto again = parser.parse(text);
    require(again.kind == f.kind);
    if (again.kind == frame_kind::call) {
        require(boost::json::parse(again.payload_text).is_object());
        read_all(*again.payload);
        command_all(*again.payload);
    }
    const auto dialled = parse_dial_target(text);
    require(dialled.status != target_status::ok || is_charge_point_id(dialled.id));
    return 0;
}
