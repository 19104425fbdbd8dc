#pragma once

#include <span>
#include <string_view>

namespace voltlane {

// The 10,000 most common passwords, in lower case, sorted (tools/passwords).
std::span<const std::string_view> common_passwords() noexcept;

} // namespace voltlane
