#include "shared/domain/session/texts.hpp"

namespace voltlane::domain {

std::string clean_text(std::string_view text, std::size_t longest) {
    if (text.size() > longest) {
        auto end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        text = text.substr(0, end);
    }
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\0')
            out += "\xef\xbf\xbd";
        else
            out += c;
    }
    return out;
}

std::string stop_signature(const events::ended& stop) {
    std::string out = clean_text(stop.at_text, longest_raw);
    for (const auto part : {stop.meter_text, stop.id_tag_folded, stop.reason}) {
        out += '|';
        out += clean_text(part, longest_raw);
    }
    return out;
}

} // namespace voltlane::domain
