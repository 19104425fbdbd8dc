#pragma once

#include "shared/store/id_tags.hpp"

#include <cstddef>
#include <functional>
#include <span>

// Many of a tenant's `id_tags` at once, from a file. See id_tags.hpp.
namespace voltlane::store {

// One line: what it sets; nullopt: left alone (of a new tag: the default), an inner nullopt: set to null.
struct id_tag_line {
    std::string id_tag, folded; // no two lines have the same folded tag
    std::optional<std::string> status;
    std::optional<std::optional<std::string>> email;
    std::optional<std::optional<timestamp>> expiry;
    std::optional<std::optional<std::string>> parent;
};
enum class line_outcome { created, updated, unchanged, unknown_email, not_looked_up, no_room };
// Whether the caller may be told if this e-mail is that of an account outside the tenant.
using may_look_up = std::function<bool(const std::string& email)>;

// The outcome of each line, in their order. Changes are written, and queued for the directory, unless
// `dry_run`; a line of an unknown e-mail changes nothing, nor does a new tag behind the tenant's last free
// place (tenant_bounds). Seven statements at most, whatever the number of lines. Two imports of a tenant go
// one after the other. `ask` is asked for each line whose e-mail is neither a member's nor that of the tag's
// holder already; what it refuses is not_looked_up and changes nothing. Empty: everybody may be looked up.
std::vector<line_outcome> import_id_tags(pg::transaction& t, tenant_id tenant,
                                         std::span<const id_tag_line> lines, bool dry_run,
                                         const may_look_up& ask = {});

} // namespace voltlane::store
