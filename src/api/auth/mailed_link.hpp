#pragma once

#include "shared/base/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace voltlane::api {

// What a mail's link carries: whose it is (the decimal id as URL-safe base64) and the one-time token.
struct mailed_link {
    account_id account;
    std::string token_hash; // as the table has it
};

// nullopt: no link of ours. Costs nothing but a hash, so that it needs no bound of its own.
std::optional<mailed_link> read_mailed_link(std::string_view uid, std::string_view token);

// The 400's words, the same whatever is wrong, so that nobody learns which accounts there are.
inline constexpr std::string_view bad_link = "The link is invalid, has expired, or was used already.";

} // namespace voltlane::api
