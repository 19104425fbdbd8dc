#include "shared/ocpp/v16/quirks/long_text.hpp"

#include "shared/ocpp/utf8.hpp"

namespace voltlane::ocpp::v16 {

std::string_view read_text(const boost::json::object& o, std::string_view name, std::size_t standard_length,
                           quirk_set& quirks) noexcept {
    const auto* v = o.if_contains(name);
    if (v == nullptr || !v->is_string()) return {};
    const auto& s = v->get_string();
    const std::string_view text(s.data(), s.size());
    if (text.size() <= standard_length) return text; // bytes bound characters
    if (count_characters(text) > standard_length) quirks.add(quirk::text_too_long);
    return cut_characters(text, max_stored_text);
}

} // namespace voltlane::ocpp::v16
