#include "api/auth/token_text.hpp"

#include "shared/base/text.hpp"

#include <boost/json/parse.hpp>

namespace voltlane::api {
namespace {

// Members of the outermost object of a JSON text that was parsed before, those named twice counted twice.
std::size_t count_members(std::string_view json) {
    std::size_t members = 0;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == ':' && depth == 1) {
            ++members;
        }
    }
    return members;
}

std::optional<boost::json::object> object_of(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    boost::json::error_code ec;
    auto value = boost::json::parse(*text, ec);
    if (ec || !value.is_object() || value.get_object().size() != count_members(*text)) return std::nullopt;
    return std::move(value.get_object());
}

} // namespace

std::optional<token_text> split_token(std::string_view token) {
    const auto first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto signature = from_base64url(token.substr(second + 1));
    if (!signature || signature->empty()) return std::nullopt;
    auto header = object_of(token.substr(0, first));
    if (!header) return std::nullopt;
    auto body = object_of(token.substr(first + 1, second - first - 1));
    if (!body) return std::nullopt;
    return token_text{std::move(*header), std::move(*body)};
}

} // namespace voltlane::api
