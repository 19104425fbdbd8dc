#include "shared/events/command.hpp"

#include "shared/events/codec.hpp"

#include <array>
#include <utility>

namespace voltlane::events {
namespace {

using codec::append_member;
using codec::append_optional;
using codec::reader;
using jsonio::append_member;
using jsonio::append_name;
using jsonio::append_raw_member;

constexpr std::array<std::pair<command_state, std::string_view>, 8> states{{
    {command_state::queued, "queued"},
    {command_state::sent, "sent"},
    {command_state::answered, "answered"},
    {command_state::error, "error"},
    {command_state::timeout, "timeout"},
    {command_state::expired, "expired"},
    {command_state::undeliverable, "undeliverable"},
    {command_state::refused, "refused"},
}};

void append_vouch(std::string& out, const command_vouch& v) {
    append_name(out, "vouch");
    out += '{';
    append_member(out, "id_tag_folded", std::string_view(v.id_tag_folded));
    append_member(out, "account", v.account());
    append_optional(out, "user_type", std::string_view(v.user_type));
    append_member(out, "until", v.until);
    out += '}';
}

void append_fields(std::string& out, const command& c) {
    append_member(out, "id", std::string_view(c.id()));
    append_member(out, "tenant", c.key.tenant());
    append_member(out, "charge_point", std::string_view(c.key.charge_point));
    append_member(out, "gateway", std::string_view(c.gateway));
    append_member(out, "epoch", c.connection);
    append_member(out, "action", std::string_view(c.action));
    append_optional(out, "sealed", std::string_view(c.sealed));
    append_member(out, "by", c.by());
    append_member(out, "created_at", c.created_at);
    append_member(out, "deadline", c.deadline);
    append_member(out, "attempt", c.attempt);
    if (c.vouch) append_vouch(out, *c.vouch);
    append_raw_member(out, "payload", c.payload.empty() ? std::string_view("{}") : c.payload);
}

command_vouch read_vouch(reader r) {
    return {
        .id_tag_folded = std::string(r.text("id_tag_folded")),
        .account = account_id{r.number("account")},
        .user_type = std::string(r.optional_text("user_type")),
        .until = r.time("until"),
    };
}

// `text`: the object's own JSON text, for the verbatim payload.
command read_command(reader& r, std::string_view text) {
    command c;
    c.id = command_id{std::string(r.text("id"))};
    c.key = {tenant_id{r.number("tenant")}, std::string(r.text("charge_point"))};
    c.gateway = r.text("gateway");
    c.connection = r.known_epoch("epoch");
    c.action = r.text("action");
    c.sealed = r.optional_text("sealed");
    c.by = account_id{r.number("by")};
    c.created_at = r.time("created_at");
    c.deadline = r.time("deadline");
    c.attempt = r.integer<int>("attempt");
    if (r.optional_object("vouch") != nullptr) c.vouch = read_vouch(r.nested("vouch"));
    r.object("payload");
    c.payload = codec::raw_member(text, "payload");
    return c;
}

} // namespace

std::string_view to_string(command_state s) {
    for (const auto& [state, text] : states)
        if (state == s) return text;
    return {};
}

std::optional<command_state> parse_command_state(std::string_view text) {
    for (const auto& [state, name] : states)
        if (name == text) return state;
    return std::nullopt;
}

std::string encode(const command& c) {
    std::string out = "{";
    append_member(out, "v", command_version);
    append_fields(out, c);
    return out += '}';
}

std::string encode(const reply& r) {
    std::string out = "{";
    append_member(out, "v", command_version);
    append_member(out, "state", to_string(r.state));
    append_member(out, "gateway", std::string_view(r.gateway));
    append_member(out, "at", r.at);
    append_name(out, "command");
    out += '{';
    append_fields(out, r.command);
    out += '}';
    append_optional(out, "error_code", std::string_view(r.error_code));
    append_optional(out, "error_description", std::string_view(r.error_description));
    if (!r.error_details.empty()) append_raw_member(out, "error_details", r.error_details);
    if (!r.response.empty()) append_raw_member(out, "response", r.response);
    return out += '}';
}

result<command> parse_command(std::string_view value) {
    return codec::parse_record<command>(value, command_version,
                                        [&](reader& r) { return read_command(r, value); });
}

result<reply> parse_reply(std::string_view value) {
    return codec::parse_record<reply>(value, command_version, [&](reader& r) {
        reply out;
        const auto state = parse_command_state(r.text("state"));
        if (!state) r.fail();
        out.state = state.value_or(command_state::sent);
        out.gateway = r.text("gateway");
        out.at = r.time("at");
        reader nested = r.nested("command");
        out.command = read_command(nested, codec::raw_member(value, "command"));
        out.error_code = r.optional_text("error_code");
        out.error_description = r.optional_text("error_description");
        out.error_details = codec::raw_member(value, "error_details");
        out.response = codec::raw_member(value, "response");
        return out;
    });
}

} // namespace voltlane::events
