#include "shared/events/directory.hpp"

#include "shared/base/text.hpp"
#include "shared/events/codec.hpp"

namespace voltlane::events {
namespace {

using codec::append_member;
using codec::append_optional;
using codec::reader;
using jsonio::append_member;

constexpr std::string_view generation_kind = "generation";
constexpr std::string_view tenant_kind = "tenant";
constexpr std::string_view charge_point_kind = "charge_point";
constexpr std::string_view id_tag_kind = "id_tag";
constexpr std::string_view vouch_kind = "vouch";

std::string key_of(tenant_id tenant, std::string_view kind, std::string_view id) {
    std::string key = std::to_string(tenant());
    key += '/';
    key += kind;
    key += '/';
    key += id;
    return key;
}

struct key_maker {
    std::string operator()(const generation_entry& e) const { return key_of({}, generation_kind, e.topic); }
    std::string operator()(const tenant_entry& e) const {
        return key_of(e.id, tenant_kind, std::to_string(e.id()));
    }
    std::string operator()(const charge_point_entry& e) const {
        return key_of(e.key.tenant, charge_point_kind, e.key.charge_point);
    }
    std::string operator()(const id_tag_entry& e) const {
        return key_of(e.tenant, id_tag_kind, e.id_tag_folded);
    }
    std::string operator()(const vouch_entry& e) const {
        return key_of(e.key.tenant, vouch_kind, e.key.charge_point) + '/' + e.id_tag_folded;
    }
};

struct field_writer {
    std::string& out;

    void operator()(const generation_entry& e) const {
        append_member(out, "topic", std::string_view(e.topic));
        append_member(out, "generation", e.generation);
    }
    void operator()(const tenant_entry& e) const {
        append_member(out, "tenant", e.id());
        append_member(out, "key_hash", std::string_view(e.key_hash));
        append_member(out, "accept_unknown_tags", e.accept_unknown_tags);
        append_member(out, "self_registration", e.self_registration);
        append_member(out, "require_subprotocol", e.require_subprotocol);
        append_member(out, "max_charge_points", e.max_charge_points);
    }
    void operator()(const charge_point_entry& e) const {
        append_member(out, "tenant", e.key.tenant());
        append_member(out, "charge_point", std::string_view(e.key.charge_point));
        append_member(out, "identity", std::string_view(e.identity));
        append_member(out, "registration", std::string_view(e.registration));
        append_member(out, "deleted", e.deleted);
    }
    void operator()(const id_tag_entry& e) const {
        append_member(out, "tenant", e.tenant());
        append_member(out, "id_tag_folded", std::string_view(e.id_tag_folded));
        append_member(out, "status", std::string_view(e.status));
        append_optional(out, "expiry", e.expiry);
        append_optional(out, "parent_id_tag", std::string_view(e.parent_id_tag));
        append_optional(out, "account", e.account);
        append_optional(out, "user_type", std::string_view(e.user_type));
    }
    void operator()(const vouch_entry& e) const {
        append_member(out, "tenant", e.key.tenant());
        append_member(out, "charge_point", std::string_view(e.key.charge_point));
        append_member(out, "id_tag_folded", std::string_view(e.id_tag_folded));
        append_member(out, "command", std::string_view(e.command));
        append_member(out, "account", e.account());
        append_optional(out, "user_type", std::string_view(e.user_type));
        append_member(out, "from", e.from);
        append_member(out, "until", e.until);
    }
};

struct key_parts {
    tenant_id tenant;
    std::string_view kind;
    std::string_view id;
};

std::optional<key_parts> split(std::string_view key) {
    const auto first = key.find('/');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = key.find('/', first + 1);
    if (second == std::string_view::npos || second + 1 == key.size()) return std::nullopt;
    const auto tenant = parse_integer<std::int64_t>(key.substr(0, first));
    if (!tenant || *tenant < 0) return std::nullopt;
    return key_parts{tenant_id{*tenant}, key.substr(first + 1, second - first - 1), key.substr(second + 1)};
}

// The entry that a key names, its ids set and all else at its default.
std::optional<directory_entry> entry_of(const key_parts& key) {
    if (key.kind == generation_kind) return generation_entry{.topic = std::string(key.id)};
    if (key.kind == tenant_kind) return tenant_entry{.id = key.tenant};
    if (key.kind == charge_point_kind)
        return charge_point_entry{.key = {key.tenant, std::string(key.id)}, .identity = std::string(key.id)};
    if (key.kind == id_tag_kind)
        return id_tag_entry{.tenant = key.tenant, .id_tag_folded = std::string(key.id)};
    if (key.kind == vouch_kind) {
        const auto slash = key.id.find('/'); // none in a charge point's id
        if (slash == std::string_view::npos) return std::nullopt;
        return vouch_entry{.key = {key.tenant, std::string(key.id.substr(0, slash))},
                           .id_tag_folded = std::string(key.id.substr(slash + 1))};
    }
    return std::nullopt;
}

charger_key read_charger(reader& r) {
    return {tenant_id{r.number("tenant")}, std::string(r.text("charge_point"))};
}

struct field_reader {
    reader& r;

    void operator()(generation_entry& e) const {
        e.topic = r.text("topic");
        e.generation = r.integer<std::int32_t>("generation");
    }
    void operator()(tenant_entry& e) const {
        e.id = tenant_id{r.number("tenant")};
        e.key_hash = r.text("key_hash");
        e.accept_unknown_tags = r.flag("accept_unknown_tags");
        e.self_registration = r.flag("self_registration");
        e.require_subprotocol = r.flag("require_subprotocol");
        e.max_charge_points = r.number("max_charge_points");
    }
    void operator()(charge_point_entry& e) const {
        e.key = read_charger(r);
        e.identity = r.text("identity");
        e.registration = r.text("registration");
        e.deleted = r.flag("deleted");
    }
    void operator()(id_tag_entry& e) const {
        e.tenant = tenant_id{r.number("tenant")};
        e.id_tag_folded = r.text("id_tag_folded");
        e.status = r.text("status");
        e.expiry = r.optional_time("expiry");
        e.parent_id_tag = r.optional_text("parent_id_tag");
        e.account = r.optional_account("account");
        e.user_type = r.optional_text("user_type");
    }
    void operator()(vouch_entry& e) const {
        e.key = read_charger(r);
        e.id_tag_folded = r.text("id_tag_folded");
        e.command = r.text("command");
        e.account = account_id{r.number("account")};
        e.user_type = r.optional_text("user_type");
        e.from = r.time("from");
        e.until = r.time("until");
    }
};

} // namespace

std::string directory_key(const directory_entry& e) {
    return std::visit(key_maker{}, e);
}

std::string encode(const directory_entry& e) {
    std::string out = "{";
    append_member(out, "v", directory_version);
    std::visit(field_writer{out}, e);
    return out += '}';
}

result<directory_record> parse_directory(std::string_view key, std::string_view value) {
    const auto parts = split(key);
    auto entry = parts ? entry_of(*parts) : std::nullopt;
    // The key's own spelling must be the only one: `07/tenant/7` would be a second entry of the same thing.
    if (!entry || directory_key(*entry) != key) return errc::corrupt;
    if (value.empty()) return directory_record{std::move(*entry), true};
    auto parsed = codec::parse_record<directory_entry>(value, directory_version, [&](reader& r) {
        std::visit(field_reader{r}, *entry);
        return std::move(*entry);
    });
    if (!parsed || directory_key(*parsed) != key) return errc::corrupt;
    return directory_record{std::move(*parsed), false};
}

} // namespace voltlane::events
