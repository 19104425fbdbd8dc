#include "shared/http/message.hpp"

#include "shared/base/text.hpp"
#include "shared/http/target.hpp"

#include <algorithm>

#include <boost/beast/http/status.hpp>

namespace voltlane::http {

std::string_view request::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

std::optional<std::string> request::parameter(std::string_view name) const {
    return query_parameter(query, name);
}

bool response::has(std::string_view name) const noexcept {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const auto& field) { return iequals(field.first, name); });
}

std::string_view response::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers)
        if (iequals(key, name)) return value;
    return {};
}

void response::set(std::string name, std::string value) {
    for (auto& [key, old] : headers) {
        if (iequals(key, name)) {
            old = std::move(value);
            return;
        }
    }
    headers.emplace_back(std::move(name), std::move(value));
}

std::string_view reason_phrase(unsigned status) noexcept {
    const auto text = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return {text.data(), text.size()};
}

} // namespace voltlane::http
