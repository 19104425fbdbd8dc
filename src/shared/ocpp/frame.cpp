#include "shared/ocpp/frame.hpp"

#include "shared/ocpp/escapes.hpp"

#include <algorithm>

namespace voltlane::ocpp {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void skip_blanks(std::string_view& text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
}

void skip_blanks_behind(std::string_view& text) noexcept {
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
}

// Takes `c` with the blanks around it.
bool take(std::string_view& text, char c) noexcept {
    skip_blanks(text);
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    skip_blanks(text);
    return true;
}

// Takes a JSON string with its quotes, without looking into its escapes; empty where there is none, it does
// not end, or it is longer than `most` bytes between its quotes.
std::string_view take_literal(std::string_view& text, std::size_t most) noexcept {
    if (text.empty() || text.front() != '"') return {};
    const auto end = std::min(text.size(), most + 2);
    for (std::size_t i = 1; i < end; ++i) {
        const char c = text[i];
        if (c == '"') {
            const auto literal = text.substr(0, i + 1);
            text.remove_prefix(i + 1);
            return literal;
        }
        if (static_cast<unsigned char>(c) < 0x20) return {};
        if (c == '\\') ++i;
    }
    return {};
}

boost::json::parse_options options(std::size_t depth) noexcept {
    boost::json::parse_options o;
    o.max_depth = depth;
    return o;
}

bool is_plain(std::string_view inner) noexcept {
    return std::all_of(inner.begin(), inner.end(),
                       [](char c) { return c != '\\' && static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

frame_parser::frame_parser()
    : payload_parser_(boost::json::storage_ptr{}, options(max_depth - 1), parser_buffer_.data(),
                      parser_buffer_.size()) {}

bool frame_parser::parse_value(boost::json::parser& parser, std::string_view text) {
    // A failed parse leaves values in the parser: they go before the memory they point to.
    payload_parser_.reset();
    value_.reset();
    resource_.emplace(value_buffer_.data(), value_buffer_.size());
    boost::system::error_code failed;
    parser.reset(&*resource_);
    parser.write(text, failed);
    if (failed) return false;
    value_.emplace(parser.release());
    return true;
}

std::string_view frame_parser::repair(std::string_view text, frame_repairs& repairs) {
    if (!may_hold_harmful_escapes(text)) return text;
    const auto found = replace_harmful_escapes(text, repaired_);
    repairs.lone_surrogate = repairs.lone_surrogate || found.lone_surrogate;
    repairs.nul_character = repairs.nul_character || found.nul_character;
    return found.lone_surrogate || found.nul_character ? std::string_view(repaired_) : text;
}

// Unescapes a literal; ordinary ones are views into it. False where it is no valid JSON string.
bool frame_parser::decode(std::string_view literal, std::string& storage, std::string_view& decoded) {
    const auto inner = literal.substr(1, literal.size() - 2);
    if (is_plain(inner)) {
        decoded = inner;
        return true;
    }
    frame_repairs ignored; // the literal goes back as it came
    if (!parse_value(payload_parser_, repair(literal, ignored)) || !value_->is_string()) return false;
    storage.assign(value_->get_string().data(), value_->get_string().size());
    decoded = storage;
    return true;
}

// `rest` is what stands behind the comma before the payload.
void frame_parser::read_object(frame& f, std::string_view rest, frame_kind good, frame_kind bad) {
    f.kind = bad;
    f.code = call_error_code::formation_violation;
    skip_blanks_behind(rest);
    if (rest.empty() || rest.back() != ']') {
        f.description = "the frame does not end with its array";
        return;
    }
    rest.remove_suffix(1);
    skip_blanks(rest);
    skip_blanks_behind(rest);
    if (rest == "null") {
        f.repairs.null_payload = true;
        f.payload_text = "{}";
        f.payload = &empty_;
        f.kind = good;
        return;
    }
    rest = repair(rest, f.repairs);
    if (!parse_value(payload_parser_, rest)) {
        f.description = "the payload is not one JSON value of allowed depth";
        return;
    }
    if (!value_->is_object()) {
        f.description = "the payload is not an object";
        return;
    }
    f.payload_text = rest;
    f.payload = &value_->get_object();
    f.kind = good;
}

void frame_parser::read_call(frame& f, std::string_view rest, std::string_view whole) {
    f.kind = frame_kind::refused_call;
    f.code = call_error_code::formation_violation;
    if (!take(rest, ',')) {
        f.description = "a call has four elements";
        return;
    }
    if (rest.empty() || rest.front() != '"') {
        boost::json::parser parser(boost::json::storage_ptr{}, options(max_depth));
        const bool shaped = parse_value(parser, repair(whole, f.repairs)) && value_->is_array() &&
                            value_->get_array().size() == 4;
        if (shaped) f.code = call_error_code::not_implemented;
        f.description = shaped ? "the action is not a string" : "not a call of four elements";
        return;
    }
    const auto literal = take_literal(rest, rest.size());
    if (literal.empty() || !decode(literal, action_, f.action)) {
        f.description = "the action is not a JSON string";
        return;
    }
    if (!take(rest, ',')) {
        f.description = "a call has four elements";
        return;
    }
    read_object(f, rest, frame_kind::call, frame_kind::refused_call);
}

void frame_parser::read_error(frame& f, std::string_view whole) {
    f.kind = frame_kind::broken_answer;
    boost::json::parser parser(boost::json::storage_ptr{}, options(max_depth));
    if (!parse_value(parser, repair(whole, f.repairs)) || !value_->is_array()) {
        f.description = "the CALLERROR is not a JSON array";
        return;
    }
    const auto& elements = value_->get_array();
    if (elements.size() < 3 || !elements[2].is_string()) {
        f.description = "the CALLERROR has no code";
        return;
    }
    f.kind = frame_kind::call_error;
    f.error_text = elements[2].get_string();
    f.code = parse_call_error_code(f.error_text);
    if (elements.size() > 3 && elements[3].is_string()) f.description = elements[3].get_string();
    f.payload = elements.size() > 4 && elements[4].is_object() ? &elements[4].get_object() : &empty_;
}

frame frame_parser::parse(std::string_view text) {
    frame f;
    skip_blanks(text);
    if (text.empty()) {
        f.kind = frame_kind::empty;
        return f;
    }
    if (text.starts_with(byte_order_mark)) {
        f.repairs.byte_order_mark = true;
        text.remove_prefix(byte_order_mark.size());
        skip_blanks(text);
    }
    auto rest = text;
    if (!take(rest, '[')) {
        f.description = "not a JSON array";
        return f;
    }
    const char type = rest.empty() ? '\0' : rest.front();
    if (type < '2' || type > '4') {
        f.description = "the message type is none of 2, 3, 4";
        return f;
    }
    rest.remove_prefix(1);
    if (!take(rest, ',')) {
        f.description = "no message id behind the type";
        return f;
    }
    const auto literal = take_literal(rest, max_message_id_bytes);
    if (literal.size() <= 2 || !decode(literal, id_, f.message_id)) {
        f.description = "the message id is not a string of 1 to 255 bytes";
        return f;
    }
    f.id_literal = literal;
    if (type == '2') {
        read_call(f, rest, text);
    } else if (type == '4') {
        read_error(f, text);
    } else if (take(rest, ',')) {
        read_object(f, rest, frame_kind::call_result, frame_kind::broken_answer);
    } else {
        f.kind = frame_kind::broken_answer;
        f.description = "a CALLRESULT has three elements";
    }
    return f;
}

} // namespace voltlane::ocpp
