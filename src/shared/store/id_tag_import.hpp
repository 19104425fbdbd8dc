#pragma once

#include "shared/store/id_tags.hpp"

#include <cstddef>
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
enum class line_outcome { created, updated, unchanged, unknown_email };

// The outcome of each line, in their order. Changes are written, and queued for the directory, unless
// `dry_run`; a line of an unknown e-mail changes nothing. Five statements at most, whatever the number of
// lines. Two imports at the same time lock in one order.
std::vector<line_outcome> import_id_tags(pg::transaction& t, tenant_id tenant,
                                         std::span<const id_tag_line> lines, bool dry_run);

} // namespace voltlane::store
