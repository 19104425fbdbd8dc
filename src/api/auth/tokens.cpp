#include "api/auth/tokens.hpp"

#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <jwt.h>
#include <sodium.h>

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

const unsigned char* bytes_of(const std::string& s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

std::int64_t seconds_of(timestamp t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

timestamp at(std::int64_t seconds) {
    return timestamp(std::chrono::seconds(seconds));
}

void require(int rc) {
    if (rc != 0) throw std::runtime_error("libjwt refused a claim");
}

} // namespace

std::string_view to_string(token_kind k) noexcept {
    return k == token_kind::access ? "access" : "refresh";
}

tokens::tokens(std::string key, std::chrono::seconds access_life, std::chrono::seconds refresh_life,
               const clock& now)
    : key_(std::move(key))
    , access_life_(access_life)
    , refresh_life_(refresh_life)
    , clock_(now) {}

std::string tokens::issue(token_kind kind, account_id account, std::int64_t session) const {
    jwt_t* raw = nullptr;
    require(jwt_new(&raw));
    const jwt_holder token(raw);
    const auto now = clock_.now();
    std::array<char, jti_bytes> jti{};
    randombytes_buf(jti.data(), jti.size());
    const auto life = kind == token_kind::access ? access_life_ : refresh_life_;
    require(jwt_set_alg(raw, JWT_ALG_HS256, bytes_of(key_), static_cast<int>(key_.size())));
    require(jwt_add_grant(raw, "token_type", std::string(to_string(kind)).c_str()));
    require(jwt_add_grant_int(raw, "exp", seconds_of(now + life)));
    require(jwt_add_grant_int(raw, "iat", seconds_of(now)));
    require(jwt_add_grant(raw, "jti", to_hex({jti.data(), jti.size()}).c_str()));
    require(jwt_add_grant(raw, "sub", std::to_string(account()).c_str()));
    require(jwt_add_grant_int(raw, "user_id", account()));
    require(jwt_add_grant_int(raw, "sid", session));
    const text_holder text(jwt_encode_str(raw));
    if (!text) throw std::runtime_error("libjwt could not sign a token");
    return text.get();
}

std::optional<claims> tokens::read(std::string_view token) const {
    if (token.empty() || token.size() > max_bytes || token.find('\0') != std::string_view::npos)
        return std::nullopt;
    jwt_t* raw = nullptr;
    if (jwt_decode(&raw, std::string(token).c_str(), bytes_of(key_), static_cast<int>(key_.size())) != 0 ||
        raw == nullptr)
        return std::nullopt;
    const jwt_holder holder(raw);
    // The pinned algorithm: a token that names another one was not made here, even if its signature fits.
    if (jwt_get_alg(raw) != JWT_ALG_HS256) return std::nullopt;
    const text_holder text(jwt_get_grants_json(raw, nullptr));
    if (!text) return std::nullopt;
    boost::json::error_code ec;
    const auto value = boost::json::parse(text.get(), ec);
    if (ec || !value.is_object()) return std::nullopt;
    const auto& body = value.get_object();
    const auto account = jsonio::find_integer(body, "user_id");
    const auto session = jsonio::find_integer(body, "sid");
    const auto issued = jsonio::find_integer(body, "iat");
    const auto expires = jsonio::find_integer(body, "exp");
    const auto type = jsonio::find_string(body, "token_type");
    if (!account || !session || !issued || !expires || !type) return std::nullopt;
    if (*type != "access" && *type != "refresh") return std::nullopt;
    if (seconds_of(clock_.now()) >= *expires) return std::nullopt;
    return claims{account_id(*account), *session,
                  *type == "access" ? token_kind::access : token_kind::refresh, at(*issued), at(*expires)};
}

std::optional<claims> tokens::read(std::string_view token, token_kind kind) const {
    auto c = read(token);
    if (c && c->kind != kind) return std::nullopt;
    return c;
}

} // namespace voltlane::api
