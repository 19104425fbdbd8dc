#include "shared/events/codec.hpp"
#include "shared/events/inbound.hpp"

namespace voltlane::events {
namespace {

using codec::append_member;
using codec::append_optional;
using jsonio::append_member;
using jsonio::append_name;

// A charger stamps all samples of one MeterValue alike, so that the text of the last time is usually the next
// one's too.
class sample_times {
public:
    void append(std::string& out, timestamp t) {
        append_name(out, "at");
        if (known_ && t == last_) {
            char text[text_size];
            out.copy(text, text_size, at_);
            at_ = out.size();
            out.append(text, text_size);
            return;
        }
        last_ = t;
        known_ = true;
        at_ = out.size();
        out += '"';
        append_micros(out, t);
        out += '"';
    }

private:
    static constexpr std::size_t text_size = 29; // "2025-09-05T16:10:20.000000Z" with its quotes
    timestamp last_{};
    std::size_t at_ = 0;
    bool known_ = false;
};

void append_unless(std::string& out, std::string_view name, std::string_view text, std::string_view usual) {
    if (text != usual) append_member(out, name, text);
}

void append_samples(std::string& out, const std::vector<sample>& samples) {
    sample_times times;
    append_name(out, "samples");
    out += '[';
    for (const sample& s : samples) {
        if (out.back() != '[') out += ',';
        out += '{';
        if (s.at && codec::writable(*s.at)) times.append(out, *s.at);
        append_unless(out, "measurand", s.measurand, default_measurand);
        append_member(out, "value", s.value);
        append_unless(out, "unit", s.unit, default_unit);
        append_optional(out, "phase", s.phase);
        append_unless(out, "context", s.context, default_context);
        append_unless(out, "location", s.location, default_location);
        append_optional(out, "register_mwh", s.register_mwh);
        out += '}';
    }
    out += ']';
}

void append_tag(std::string& out, const tag_decision& t) {
    append_name(out, "tag");
    out += '{';
    append_member(out, "status", t.status);
    append_optional(out, "account", t.account);
    append_optional(out, "user_type", t.user_type);
    append_optional(out, "vouched_by", t.vouched_by);
    append_optional(out, "started_by", t.started_by);
    out += '}';
}

void append_fields(std::string& out, const started& s) {
    append_member(out, "connector", s.connector);
    append_member(out, "id_tag", s.id_tag);
    append_member(out, "id_tag_folded", s.id_tag_folded);
    append_member(out, "transaction_key", s.transaction_key);
    append_member(out, "identity_hash", s.identity_hash);
    append_optional(out, "at", s.at);
    append_member(out, "at_text", s.at_text);
    append_optional(out, "meter_mwh", s.meter_mwh);
    append_member(out, "meter_text", s.meter_text);
    append_tag(out, s.tag);
}

void append_fields(std::string& out, const sampled& s) {
    append_member(out, "connector", s.connector);
    append_optional(out, "transaction_key", s.transaction_key);
    append_samples(out, s.samples);
}

void append_fields(std::string& out, const ended& e) {
    append_optional(out, "transaction_key", e.transaction_key);
    append_optional(out, "id_tag", e.id_tag);
    append_optional(out, "id_tag_folded", e.id_tag_folded);
    append_optional(out, "at", e.at);
    append_member(out, "at_text", e.at_text);
    append_optional(out, "meter_mwh", e.meter_mwh);
    append_member(out, "meter_text", e.meter_text);
    append_member(out, "reason", e.reason);
    append_samples(out, e.samples);
}

void append_fields(std::string& out, const booted& b) {
    append_member(out, "vendor", b.vendor);
    append_member(out, "model", b.model);
    append_optional(out, "serial", b.serial);
    append_optional(out, "firmware", b.firmware);
    append_optional(out, "iccid", b.iccid);
    append_optional(out, "imsi", b.imsi);
    append_optional(out, "meter_type", b.meter_type);
    append_optional(out, "meter_serial", b.meter_serial);
}

void append_fields(std::string& out, const status_changed& s) {
    append_member(out, "connector", s.connector);
    append_member(out, "status", s.status);
    append_member(out, "error_code", s.error_code);
    append_optional(out, "info", s.info);
    append_optional(out, "vendor_id", s.vendor_id);
    append_optional(out, "vendor_error_code", s.vendor_error_code);
    append_optional(out, "at", s.at);
}

void append_fields(std::string& out, const noticed& n) {
    append_member(out, "kind", n.kind);
    append_optional(out, "status", n.status);
    append_optional(out, "detail", n.detail);
    append_optional(out, "request_id", n.request_id);
}

void append_fields(std::string& out, const authorized& a) {
    append_member(out, "id_tag", a.id_tag);
    append_tag(out, a.tag);
}

void append_fields(std::string& out, const opened& o) {
    append_member(out, "remote_address", o.remote_address);
}
void append_fields(std::string& out, const closed& c) {
    append_member(out, "reason", c.reason);
}
void append_fields(std::string&, const beaten&) {}

void append_fields(std::string& out, const decided& d) {
    append_member(out, "decision_id", d.decision_id);
    append_member(out, "session", d.session());
    append_member(out, "action", d.action);
    append_optional(out, "energy_wh", d.energy_wh);
    append_member(out, "by", d.by());
}

constexpr const char* kind_name(const started&) {
    return "started";
}
constexpr const char* kind_name(const sampled&) {
    return "sampled";
}
constexpr const char* kind_name(const ended&) {
    return "ended";
}
constexpr const char* kind_name(const booted&) {
    return "booted";
}
constexpr const char* kind_name(const status_changed&) {
    return "status_changed";
}
constexpr const char* kind_name(const noticed&) {
    return "noticed";
}
constexpr const char* kind_name(const authorized&) {
    return "authorized";
}
constexpr const char* kind_name(const opened&) {
    return "opened";
}
constexpr const char* kind_name(const closed&) {
    return "closed";
}
constexpr const char* kind_name(const beaten&) {
    return "beaten";
}
constexpr const char* kind_name(const decided&) {
    return "decided";
}

struct input_writer {
    std::string& out;

    void operator()(const std::monostate&) const {}
    template <class Input>
    void operator()(const Input& input) const {
        append_member(out, "kind", kind_name(input));
        append_name(out, "input");
        out += '{';
        append_fields(out, input);
        out += '}';
    }
};

} // namespace

std::string event_id(const inbound& e) {
    if (const auto* d = std::get_if<decided>(&e.input)) return std::string(d->decision_id);
    std::string id = to_string(e.connection);
    id += '/';
    id += std::to_string(e.seq);
    return id;
}

void append_inbound(std::string& out, const inbound& e) {
    out += '{';
    append_member(out, "v", inbound_version);
    append_member(out, "tenant", e.key.tenant());
    append_member(out, "charge_point", std::string_view(e.key.charge_point));
    append_member(out, "identity", e.identity);
    append_member(out, "gateway", e.gateway);
    if (e.connection.known()) {
        append_member(out, "epoch", e.connection);
        append_member(out, "seq", e.seq);
    }
    append_member(out, "received_at", e.received_at);
    append_optional(out, "protocol", e.protocol);
    append_optional(out, "action", e.action);
    append_optional(out, "message_id", e.message_id);
    if (e.quirks != 0) append_member(out, "quirks", std::int64_t{e.quirks});
    std::visit(input_writer{out}, e.input);
    if (!e.payload.empty()) jsonio::append_raw_member(out, "payload", e.payload);
    if (!e.answer.empty()) jsonio::append_raw_member(out, "answer", e.answer);
    out += '}';
}

} // namespace voltlane::events
