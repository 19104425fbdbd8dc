#include "shared/ocpp/frame_writer.hpp"

#include "shared/base/json.hpp"
#include "shared/ocpp/utf8.hpp"

namespace voltlane::ocpp {

void append_call(std::string& out, std::string_view message_id, std::string_view action,
                 std::string_view payload_text) {
    out.reserve(out.size() + message_id.size() + action.size() + payload_text.size() + 16);
    out += "[2,";
    jsonio::append_string(out, message_id);
    out += ',';
    jsonio::append_string(out, action);
    out += ',';
    out += payload_text;
    out += ']';
}

void append_call_result(std::string& out, std::string_view id_literal, std::string_view payload_text) {
    out += "[3,";
    out += id_literal;
    out += ',';
    out += payload_text;
    out += ']';
}

void append_call_error(std::string& out, std::string_view id_literal, call_error_code code,
                       std::string_view description) {
    const std::string clean = to_utf8(cut_characters(description, max_description_characters));
    out += "[4,";
    out += id_literal;
    out += ",\"";
    out += to_string(code);
    out += "\",";
    jsonio::append_string(out, clean);
    out += ",{}]";
}

} // namespace voltlane::ocpp
