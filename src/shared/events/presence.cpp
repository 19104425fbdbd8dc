#include "shared/events/presence.hpp"

#include "shared/events/codec.hpp"

namespace voltlane::events {
namespace {

using codec::append_member;
using codec::reader;
using jsonio::append_member;

std::string_view to_string(presence_state s) {
    switch (s) {
    case presence_state::opened: return "opened";
    case presence_state::closed: return "closed";
    case presence_state::held: return "held";
    }
    return "opened";
}

presence_state read_state(reader& r) {
    const auto text = r.text("state");
    for (const auto s : {presence_state::opened, presence_state::closed, presence_state::held})
        if (text == to_string(s)) return s;
    r.fail();
    return presence_state::opened;
}

// The members that both families share.
template <class Record>
void append_gateway(std::string& out, const Record& record) {
    append_member(out, "gateway", std::string_view(record.gateway));
    append_member(out, "instance", std::string_view(record.instance));
    append_member(out, "partition", record.partition());
}

template <class Record>
void read_gateway(reader& r, Record& record) {
    record.gateway = r.text("gateway");
    record.instance = r.text("instance");
    record.partition = partition_id{r.integer<std::int32_t>("partition")};
}

} // namespace

std::string encode(const presence& p) {
    std::string out = "{";
    append_member(out, "v", presence_version);
    append_member(out, "state", to_string(p.state));
    append_gateway(out, p);
    if (p.state != presence_state::opened) append_member(out, "epoch", p.connection);
    append_member(out, "identity", std::string_view(p.identity));
    append_member(out, "protocol", std::string_view(p.protocol));
    append_member(out, "at", p.at);
    return out += '}';
}

std::string encode(const beat& b) {
    std::string out = "{";
    append_member(out, "v", presence_version);
    append_gateway(out, b);
    append_member(out, "chargers", b.chargers);
    append_member(out, "leaving", b.leaving);
    append_member(out, "at", b.at);
    return out += '}';
}

result<presence> parse_presence(std::string_view value) {
    return codec::parse_record<presence>(value, presence_version, [](reader& r) {
        presence p;
        p.state = read_state(r);
        read_gateway(r, p);
        if (p.state != presence_state::opened) p.connection = r.known_epoch("epoch");
        p.identity = r.text("identity");
        p.protocol = r.text("protocol");
        p.at = r.time("at");
        return p;
    });
}

result<beat> parse_beat(std::string_view value) {
    return codec::parse_record<beat>(value, presence_version, [](reader& r) {
        beat b;
        read_gateway(r, b);
        b.chargers = r.number("chargers");
        b.leaving = r.flag("leaving");
        b.at = r.time("at");
        return b;
    });
}

} // namespace voltlane::events
