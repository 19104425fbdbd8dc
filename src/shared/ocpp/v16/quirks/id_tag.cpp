#include "shared/ocpp/v16/quirks/id_tag.hpp"

#include "shared/base/text.hpp"
#include "shared/ocpp/utf8.hpp"

namespace voltlane::ocpp::v16 {
namespace {

constexpr std::size_t standard_length = 20; // CiString20Type

} // namespace

id_tag read_id_tag(std::string_view raw, quirk_set& quirks) {
    id_tag tag;
    const auto trimmed = trim(raw);
    if (trimmed.size() != raw.size()) quirks.add(quirk::id_tag_blanks);
    if (trimmed.size() > standard_length && count_characters(trimmed) > standard_length)
        quirks.add(quirk::text_too_long);
    tag.text = cut_characters(trimmed, max_stored_id_tag);
    tag.normalised = ascii_lower(tag.text);
    return tag;
}

std::string normalise_id_tag(std::string_view raw) {
    return ascii_lower(cut_characters(trim(raw), max_stored_id_tag));
}

} // namespace voltlane::ocpp::v16
