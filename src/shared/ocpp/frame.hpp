#pragma once

#include "shared/ocpp/call_error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

namespace voltlane::ocpp {

// Chargers' counters are short and UUIDs have 36; OCPP-J 4.1.4 says 36 at most, but longer ones are seen
// (field-notes 26). Bytes of the literal between its quotes; a longer id is unusable: dropped, since nothing
// could be answered.
inline constexpr std::size_t max_message_id_bytes = 255;

// Levels of arrays and objects of a whole frame, its own array included (OCPP 1.6 needs 8). Deeper:
// FormationViolation.
inline constexpr std::size_t max_depth = 16;

// What may follow from a received text.
enum class frame_kind : std::uint8_t {
    call,          // serve it
    call_result,   // complete the pending call with this id, if there is one; else drop
    call_error,    // fail the pending call with this id, if there is one; else drop
    refused_call,  // answer with CALLERROR `code` under `id_literal`
    broken_answer, // a CALLRESULT or CALLERROR with a usable id and an unusable rest: the pending call ends
                   // with an error
    dropped,       // count and forget; `description` says why. Never answered, the socket stays
    empty,         // no text at all, or blanks (field-notes 12): not even counted as an error
};

// What was repaired silently in the text; counted by name through v16::quirks_of.
struct frame_repairs {
    bool byte_order_mark = false; // before the opening bracket
    bool null_payload = false;    // null taken as {} (field-notes 11)
    bool lone_surrogate = false;  // \ud800 without its other half became \ufffd
    bool nul_character = false;   // \u0000 became \ufffd, since PostgreSQL's text and jsonb cannot hold it
};

// One received frame. All views point into the text given to parse() or into the parser: valid until the
// parser's next parse() and as long as the text lives. Copy what must survive a co_await.
struct frame {
    frame_kind kind = frame_kind::dropped;

    // The id as JSON text with its quotes and escapes: echo it byte by byte. Empty for dropped and empty.
    std::string_view id_literal;
    // The id itself, unescaped.
    std::string_view message_id;

    std::string_view action; // call, and refused_call where it is known

    // call and call_result. The payload's text exactly as received, without surrounding blanks, `{}` for
    // null; where `repairs` names an escape, the repaired copy. Always valid JSON (an object) without \u0000.
    std::string_view payload_text;
    // Not null for call, call_result, and call_error (the details).
    const boost::json::object* payload = nullptr;

    // refused_call: what to answer. call_error: the code received, or generic_error for an unknown one.
    call_error_code code = call_error_code::generic_error;
    // refused_call, dropped, broken_answer: why, a constant of ours. call_error: the sender's description.
    std::string_view description;
    std::string_view error_text; // call_error: the code as the sender spelled it

    frame_repairs repairs;
};

// Reads OCPP-J frames: one JSON parse a frame, no allocation for ordinary ones. Not thread safe; make one per
// thread and reuse it for all connections. It knows nothing of actions (see v16/calls.hpp), limits of size
// are the caller's.
//
// Rules (OCPP-J 1.6 section 4, field-notes "Where the sources differ, decided"):
// - the message type is the literal 2, 3 or 4; anything else ("2", 2.0, 5) is dropped;
// - an id is a string of 1 to max_message_id_bytes; numbers, null and longer ones are dropped;
// - the id is found before the rest is parsed: whatever is wrong behind it (broken JSON, missing or extra
//   elements, trailing garbage, depth, a payload that is no object) gets FormationViolation under that id;
// - an action that is no string gets NotImplemented;
// - of repeated members the last one counts, as in PostgreSQL's jsonb.
class frame_parser {
public:
    frame_parser();
    frame_parser(const frame_parser&) = delete;
    frame_parser& operator=(const frame_parser&) = delete;

    // Never throws on input. `text` is one whole text message, UTF-8 checked or not.
    frame parse(std::string_view text);

private:
    // Fills value_; false where `text` is no JSON or too deep.
    bool parse_value(boost::json::parser& parser, std::string_view text);
    std::string_view repair(std::string_view text, frame_repairs& repairs);
    bool decode(std::string_view literal, std::string& storage, std::string_view& decoded);
    void read_object(frame& f, std::string_view rest, frame_kind good, frame_kind bad);
    void read_call(frame& f, std::string_view rest, std::string_view whole);
    void read_error(frame& f, std::string_view whole);

    // Holds the values of a 2 KB payload; larger ones take heap blocks, given back at the next parse.
    static constexpr std::size_t value_buffer_bytes = 16 * 1024;
    // The parser's stack; it goes to the heap for payloads of about 4 KB and more, and keeps that.
    static constexpr std::size_t parser_buffer_bytes = 4 * 1024;

    std::array<unsigned char, value_buffer_bytes> value_buffer_;
    std::array<unsigned char, parser_buffer_bytes> parser_buffer_;
    // Made anew for each parse: release() of Boost 1.81 lets the next block's size double for ever.
    std::optional<boost::json::monotonic_resource> resource_;
    boost::json::parser payload_parser_;
    std::optional<boost::json::value> value_; // in resource_
    boost::json::object empty_;
    std::string id_;       // where the id holds escapes
    std::string action_;   // where the action holds escapes
    std::string repaired_; // where escapes were replaced
};

} // namespace voltlane::ocpp
