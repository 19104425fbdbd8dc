#include "api/auth/tokens.hpp"

#include "api/auth/token_text.hpp"
#include "shared/base/json.hpp"
#include "shared/base/random.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <jwt.h>

namespace voltlane::api {
namespace {

struct jwt_closer {
    void operator()(jwt_t* t) const noexcept { jwt_free(t); }
};
using jwt_holder = std::unique_ptr<jwt_t, jwt_closer>;
struct text_closer {
    void operator()(char* p) const noexcept { std::free(p); } // NOLINT: libjwt hands out malloc's memory
};
using text_holder = std::unique_ptr<char, text_closer>;

constexpr std::size_t jti_bytes = 16;
constexpr std::int64_t last_second = 253'402'300'799; // 9999-12-31T23:59:59Z: later is no time

const unsigned char* bytes_of(const std::string& s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

std::int64_t seconds_of(timestamp t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

timestamp at_second(std::int64_t seconds) {
    return timestamp(std::chrono::seconds(seconds));
}

void require(int rc) {
    if (rc != 0) throw std::runtime_error("libjwt refused a claim");
}

jwt_alg_t library_name(key_algorithm a) {
    switch (a) {
    case key_algorithm::hs256: return JWT_ALG_HS256;
    case key_algorithm::rs256: return JWT_ALG_RS256;
    case key_algorithm::es256: return JWT_ALG_ES256;
    }
    return JWT_ALG_NONE;
}

// Which keys may have made a token with this header: the one it names, or the HS256 ones where it names none.
std::vector<const token_key*> candidates(const token_keys& keys, const boost::json::object& header) {
    const auto algorithm = jsonio::find_string(header, "alg");
    if (!algorithm || header.contains("crit")) return {};
    std::vector<const token_key*> found;
    if (header.contains("kid")) {
        const auto id = jsonio::find_string(header, "kid");
        const auto* key = id ? keys.find(*id) : nullptr;
        if (key != nullptr) found.push_back(key);
    } else {
        for (const auto& key : keys.all())
            if (key.algorithm == key_algorithm::hs256) found.push_back(&key);
    }
    std::erase_if(found, [&](const token_key* key) { return *algorithm != to_string(key->algorithm); });
    return found;
}

std::optional<claims> claims_of(const boost::json::object& body) {
    const auto account = jsonio::find_integer(body, "user_id");
    const auto session = jsonio::find_integer(body, "sid");
    const auto issued = jsonio::find_integer(body, "iat");
    const auto expires = jsonio::find_integer(body, "exp");
    const auto type = jsonio::find_string(body, "token_type");
    if (!account || !session || !issued || !expires || !type) return std::nullopt;
    if (*type != "access" && *type != "refresh") return std::nullopt;
    if (*issued < 0 || *issued > last_second || *expires < 0 || *expires > last_second) return std::nullopt;
    // Refresh tokens made before rotation say nothing of it.
    const auto rotation = body.contains("rot") ? jsonio::find_integer(body, "rot") : std::optional(0L);
    if (!rotation || *rotation < 0) return std::nullopt;
    return claims{account_id(*account),
                  *session,
                  *type == "access" ? token_kind::access : token_kind::refresh,
                  at_second(*issued),
                  at_second(*expires),
                  *rotation};
}

std::string jti_of(token_kind kind, std::int64_t session, std::int64_t rotation, timestamp at) {
    const auto name = std::string(to_string(kind)) + ' ' + std::to_string(session) + ' ' +
                      std::to_string(rotation) + ' ' + std::to_string(seconds_of(at));
    return sha256_hex(name).substr(0, 2 * jti_bytes);
}

} // namespace

std::string_view to_string(token_kind k) noexcept {
    return k == token_kind::access ? "access" : "refresh";
}

tokens::tokens(token_keys keys, std::chrono::seconds access_life, std::chrono::seconds refresh_life,
               const clock& now)
    : keys_(std::move(keys))
    , access_life_(access_life)
    , refresh_life_(refresh_life)
    , clock_(now) {}

token_pair tokens::pair(account_id account, std::int64_t session, std::int64_t rotation, timestamp at) const {
    const claims access{account, session, token_kind::access, at, at + access_life_, rotation};
    const claims refresh{account, session, token_kind::refresh, at, at + refresh_life_, rotation};
    return {sign(access, jti_of(access.kind, session, rotation, at)),
            sign(refresh, jti_of(refresh.kind, session, rotation, at))};
}

std::string tokens::access(account_id account, std::int64_t session) const {
    const auto now = clock_.now();
    return sign({account, session, token_kind::access, now, now + access_life_, 0}, random_hex(jti_bytes));
}

std::string tokens::sign(const claims& c, const std::string& jti) const {
    const auto& key = keys_.current();
    jwt_t* raw = nullptr;
    require(jwt_new(&raw));
    const jwt_holder token(raw);
    require(jwt_set_alg(raw, library_name(key.algorithm), bytes_of(key.signing),
                        static_cast<int>(key.signing.size())));
    require(jwt_add_header(raw, "kid", key.id.c_str()));
    require(jwt_add_grant(raw, "token_type", std::string(to_string(c.kind)).c_str()));
    require(jwt_add_grant_int(raw, "exp", seconds_of(c.expires_at)));
    require(jwt_add_grant_int(raw, "iat", seconds_of(c.issued_at)));
    require(jwt_add_grant(raw, "jti", jti.c_str()));
    require(jwt_add_grant(raw, "sub", std::to_string(c.account()).c_str()));
    require(jwt_add_grant_int(raw, "user_id", c.account()));
    require(jwt_add_grant_int(raw, "sid", c.session));
    if (c.kind == token_kind::refresh) require(jwt_add_grant_int(raw, "rot", c.rotation));
    const text_holder text(jwt_encode_str(raw));
    if (!text) throw std::runtime_error("libjwt could not sign a token");
    return text.get();
}

bool tokens::genuine(const std::string& token, const token_key& key) const {
    jwt_t* raw = nullptr;
    if (jwt_decode(&raw, token.c_str(), bytes_of(key.verifying), static_cast<int>(key.verifying.size())) !=
            0 ||
        raw == nullptr)
        return false;
    const jwt_holder holder(raw);
    // libjwt believes the header; the key's algorithm is the only one that counts.
    return jwt_get_alg(raw) == library_name(key.algorithm);
}

std::optional<claims> tokens::read(std::string_view token) const {
    if (token.empty() || token.size() > max_bytes || token.find('\0') != std::string_view::npos)
        return std::nullopt;
    const auto text = split_token(token);
    if (!text) return std::nullopt;
    const auto keys = candidates(keys_, text->header);
    const auto c = keys.empty() ? std::nullopt : claims_of(text->body);
    if (!c || seconds_of(clock_.now()) >= seconds_of(c->expires_at)) return std::nullopt;
    const std::string whole(token);
    const bool ours =
        std::any_of(keys.begin(), keys.end(), [&](const token_key* key) { return genuine(whole, *key); });
    return ours ? c : std::nullopt;
}

std::optional<claims> tokens::read(std::string_view token, token_kind kind) const {
    auto c = read(token);
    if (c && c->kind != kind) return std::nullopt;
    return c;
}

} // namespace voltlane::api
