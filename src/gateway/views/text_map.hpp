#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace voltlane::gateway {

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

// Looked up by view, without making a string.
template <class T>
using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;

} // namespace voltlane::gateway
