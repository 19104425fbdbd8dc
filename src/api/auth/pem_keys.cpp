#include "api/auth/pem_keys.hpp"

#include <memory>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace voltlane::api {
namespace {

struct bio_closer {
    void operator()(BIO* b) const noexcept { BIO_free(b); }
};
using bio_holder = std::unique_ptr<BIO, bio_closer>;
struct key_closer {
    void operator()(EVP_PKEY* k) const noexcept { EVP_PKEY_free(k); }
};
using key_holder = std::unique_ptr<EVP_PKEY, key_closer>;

// Without it OpenSSL asks the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

bio_holder over(const std::string& text) {
    return bio_holder(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO& b) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(&b, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

pem_key::type kind_of(const EVP_PKEY& key) {
    if (EVP_PKEY_get_base_id(&key) == EVP_PKEY_RSA) return pem_key::type::rsa;
    if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_EC) return pem_key::type::other;
    std::string curve(64, '\0');
    std::size_t length = 0;
    if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), curve.size(),
                                       &length) != 1)
        return pem_key::type::other;
    return std::string_view(curve.data(), length) == "prime256v1" ? pem_key::type::p256
                                                                  : pem_key::type::other;
}

} // namespace

std::optional<pem_key> read_pem_key(const std::string& text) {
    pem_key found;
    const auto as_private = over(text);
    key_holder key(PEM_read_bio_PrivateKey(as_private.get(), nullptr, no_passphrase, nullptr));
    const bool is_private = key != nullptr;
    if (!is_private) {
        const auto as_public = over(text);
        key.reset(PEM_read_bio_PUBKEY(as_public.get(), nullptr, no_passphrase, nullptr));
    }
    ERR_clear_error();
    if (!key) return std::nullopt;

    found.kind = kind_of(*key);
    found.bits = EVP_PKEY_get_bits(key.get());
    const bio_holder out(BIO_new(BIO_s_mem())), der(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PUBKEY(out.get(), key.get()) != 1 || i2d_PUBKEY_bio(der.get(), key.get()) != 1)
        return std::nullopt;
    found.public_pem = text_of(*out);
    found.public_der = text_of(*der);
    if (is_private) {
        if (PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
            return std::nullopt;
        found.private_pem = text_of(*secret);
    }
    return found;
}

} // namespace voltlane::api
