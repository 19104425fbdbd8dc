#include "shared/events/changes.hpp"

#include "shared/base/text.hpp"
#include "shared/events/codec.hpp"

#include <boost/json/array.hpp>

namespace voltlane::events {
namespace {

using codec::append_member;
using codec::append_optional;
using codec::reader;
using jsonio::append_member;
using jsonio::append_name;

void append_charger(std::string& out, const charger_key& key, std::string_view identity) {
    append_member(out, "tenant", key.tenant());
    append_member(out, "charge_point", std::string_view(key.charge_point));
    append_member(out, "identity", identity);
}

charger_key read_charger(reader& r) {
    return {tenant_id{r.number("tenant")}, std::string(r.text("charge_point"))};
}

// Decimals travel as text with all of their digits: a JSON number would pass through a double at most
// readers.
void append_decimal(std::string& out, std::string_view name, const std::optional<fixed<3>>& d) {
    if (d) append_member(out, name, std::string_view(d->text()));
}

std::optional<fixed<3>> optional_decimal(reader& r, std::string_view name) {
    const auto text = r.optional_text(name);
    if (text.empty()) return std::nullopt;
    const auto units = parse_scaled_exact(text, fixed<3>::scale);
    if (!units) r.fail();
    return fixed<3>{units.value_or(0)};
}

// A dead value must become text whatever it is.
void append_any(std::string& out, std::string_view name, std::string_view coded_name,
                std::string_view bytes) {
    if (codec::is_utf8(bytes))
        append_member(out, name, bytes);
    else
        append_member(out, coded_name, std::string_view(to_base64url(bytes)));
}

std::string read_any(reader& r, std::string_view name, std::string_view coded_name) {
    const auto coded = r.optional_text(coded_name);
    if (coded.empty()) return std::string(r.text(name));
    auto bytes = from_base64url(coded);
    if (!bytes) r.fail();
    return std::move(bytes).value_or(std::string());
}

// At most `size` bytes, not through the middle of a character.
std::string_view cut(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
        --size;
    return text.substr(0, size);
}

} // namespace

std::string encode(const session_change& c) {
    std::string out = "{";
    append_member(out, "v", changes_version);
    append_member(out, "kind", std::string_view(c.kind));
    append_member(out, "id", c.id());
    append_charger(out, c.key, c.identity);
    append_member(out, "connector", c.connector);
    append_member(out, "transaction_key", std::string_view(c.transaction_key));
    append_member(out, "id_tag", std::string_view(c.id_tag));
    append_optional(out, "account", c.account);
    append_optional(out, "started_by", c.started_by);
    append_member(out, "energy_wh", c.energy_wh);
    append_member(out, "started_at", c.started_at);
    append_optional(out, "ended_at", c.ended_at);
    append_decimal(out, "price_per_kwh", c.price_per_kwh);
    append_decimal(out, "price_per_hour", c.price_per_hour);
    append_decimal(out, "total", c.total);
    append_optional(out, "stop_reason", std::string_view(c.stop_reason));
    append_optional(out, "review", std::string_view(c.review));
    append_member(out, "updated_at", c.updated_at);
    return out += '}';
}

std::string encode(const station_change& c) {
    std::string out = "{";
    append_member(out, "v", changes_version);
    append_charger(out, c.key, c.identity);
    append_optional(out, "status", std::string_view(c.status));
    append_member(out, "connector", c.connector);
    append_optional(out, "vendor", std::string_view(c.vendor));
    append_optional(out, "model", std::string_view(c.model));
    append_optional(out, "serial", std::string_view(c.serial));
    append_optional(out, "firmware", std::string_view(c.firmware));
    append_name(out, "connectors");
    out += '[';
    for (const auto& s : c.connectors) {
        out += out.back() == '[' ? "{" : ",{";
        append_member(out, "connector", s.connector);
        append_member(out, "status", std::string_view(s.status));
        append_member(out, "error_code", std::string_view(s.error_code));
        append_member(out, "updated_at", s.updated_at);
        out += '}';
    }
    out += ']';
    append_member(out, "updated_at", c.updated_at);
    append_member(out, "deleted", c.deleted);
    return out += '}';
}

std::string encode(const dead_letter& d) {
    const auto value = cut(d.value, max_dead_value_bytes);
    std::string out = "{";
    append_member(out, "v", changes_version);
    append_member(out, "topic", std::string_view(d.topic));
    append_member(out, "partition", d.partition());
    append_member(out, "offset", d.offset());
    append_any(out, "key", "key_base64url", d.key);
    append_member(out, "reason", cut(d.reason, max_dead_reason_bytes));
    append_member(out, "at", d.at);
    append_member(out, "truncated", d.truncated || value.size() < d.value.size());
    append_any(out, "value", "value_base64url", value);
    return out += '}';
}

result<session_change> parse_session_change(std::string_view value) {
    return codec::parse_record<session_change>(value, changes_version, [](reader& r) {
        session_change c;
        c.kind = r.text("kind");
        c.id = session_id{r.number("id")};
        c.key = read_charger(r);
        c.identity = r.text("identity");
        c.connector = r.number("connector");
        c.transaction_key = r.text("transaction_key");
        c.id_tag = r.text("id_tag");
        c.account = r.optional_account("account");
        c.started_by = r.optional_account("started_by");
        c.energy_wh = r.number("energy_wh");
        c.started_at = r.time("started_at");
        c.ended_at = r.optional_time("ended_at");
        c.price_per_kwh = optional_decimal(r, "price_per_kwh");
        c.price_per_hour = optional_decimal(r, "price_per_hour");
        c.total = optional_decimal(r, "total");
        c.stop_reason = r.optional_text("stop_reason");
        c.review = r.optional_text("review");
        c.updated_at = r.time("updated_at");
        return c;
    });
}

result<station_change> parse_station_change(std::string_view value) {
    return codec::parse_record<station_change>(value, changes_version, [](reader& r) {
        station_change c;
        c.key = read_charger(r);
        c.identity = r.text("identity");
        c.status = r.optional_text("status");
        c.connector = r.number("connector");
        c.vendor = r.optional_text("vendor");
        c.model = r.optional_text("model");
        c.serial = r.optional_text("serial");
        c.firmware = r.optional_text("firmware");
        for (const auto& element : r.array("connectors")) {
            reader e = r.element(element);
            c.connectors.push_back({
                .connector = e.number("connector"),
                .status = std::string(e.text("status")),
                .error_code = std::string(e.text("error_code")),
                .updated_at = e.time("updated_at"),
            });
        }
        c.updated_at = r.time("updated_at");
        c.deleted = r.flag("deleted");
        return c;
    });
}

result<dead_letter> parse_dead_letter(std::string_view value) {
    return codec::parse_record<dead_letter>(value, changes_version, [](reader& r) {
        dead_letter d;
        d.topic = r.text("topic");
        d.partition = partition_id{r.integer<std::int32_t>("partition")};
        d.offset = log_offset{r.number("offset")};
        d.key = read_any(r, "key", "key_base64url");
        d.value = read_any(r, "value", "value_base64url");
        d.reason = r.text("reason");
        d.at = r.time("at");
        d.truncated = r.flag("truncated");
        return d;
    });
}

} // namespace voltlane::events
