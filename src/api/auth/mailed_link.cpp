#include "api/auth/mailed_link.hpp"

#include "shared/base/random.hpp"
#include "shared/base/text.hpp"

namespace voltlane::api {
namespace {

// Ours have 43 characters; longer ones than this are not worth a hash.
constexpr std::size_t most_token_bytes = 200;

} // namespace

std::optional<mailed_link> read_mailed_link(std::string_view uid, std::string_view token) {
    const auto digits = from_base64url(uid);
    if (!digits || digits->empty() || digits->front() == '-' || digits->front() == '0') return std::nullopt;
    const auto id = parse_integer<std::int64_t>(*digits);
    if (!id || token.empty() || token.size() > most_token_bytes) return std::nullopt;
    return mailed_link{account_id(*id), sha256_hex(token)};
}

} // namespace voltlane::api
