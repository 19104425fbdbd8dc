#include "simulator/charger/certificates.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace voltlane::simulator {
namespace {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* p) const noexcept {
        Free(p);
    }
};
using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using x509_ptr = std::unique_ptr<X509, freed_by<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using request_ptr = std::unique_ptr<X509_REQ, freed_by<X509_REQ_free>>;
using number_ptr = std::unique_ptr<BIGNUM, freed_by<BN_free>>;

x509_ptr parse(std::string_view pem) {
    const bio_ptr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return x509_ptr(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

const EVP_MD* digest_of(std::string_view algorithm) {
    if (algorithm == "SHA512") return EVP_sha512();
    return algorithm == "SHA384" ? EVP_sha384() : EVP_sha256();
}

using digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hex(const digest& d, unsigned size) {
    return to_hex({reinterpret_cast<const char*>(d.data()), size});
}

std::string serial_of(X509* certificate) {
    const number_ptr number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    if (!number) return "0";
    char* digits = BN_bn2hex(number.get());
    std::string text = digits == nullptr ? "0" : digits;
    OPENSSL_free(digits);
    const auto first = text.find_first_not_of('0'); // no leading zeros
    return first == std::string::npos ? "0" : text.substr(first);
}

bool same(const certificate_hash& a, const certificate_hash& b) {
    return iequals(a.issuer_name, b.issuer_name) && iequals(a.issuer_key, b.issuer_key) &&
           iequals(a.serial, b.serial);
}

} // namespace

std::optional<certificate_hash> hash_certificate(std::string_view pem, std::string_view algorithm) {
    const auto certificate = parse(pem);
    if (!certificate) return std::nullopt;
    const auto* method = digest_of(algorithm);
    certificate_hash h;
    h.algorithm = algorithm;
    digest d{};
    unsigned size = 0;
    X509_NAME_digest(X509_get_issuer_name(certificate.get()), method, d.data(), &size);
    h.issuer_name = hex(d, size);
    X509_pubkey_digest(certificate.get(), method, d.data(), &size);
    h.issuer_key = hex(d, size);
    h.serial = serial_of(certificate.get());
    return h;
}

std::string make_signing_request(std::string_view organisation, std::string_view common_name) {
    const key_ptr key(EVP_EC_gen("P-256"));
    const request_ptr request(X509_REQ_new());
    auto* name = X509_REQ_get_subject_name(request.get());
    const auto add = [name](const char* field, std::string_view text) {
        X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), -1, 0);
    };
    add("O", organisation);
    add("CN", common_name);
    X509_REQ_set_pubkey(request.get(), key.get());
    X509_REQ_sign(request.get(), key.get(), EVP_sha256());
    const bio_ptr out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(out.get(), request.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

certificate_store::install_outcome certificate_store::install(std::string_view use, std::string_view pem) {
    const auto hash = hash_certificate(pem);
    if (!hash) return install_outcome::failed;
    const bool there = std::any_of(entries_.begin(), entries_.end(),
                                   [&](const entry& e) { return e.use == use && e.pem == pem; });
    if (there) return install_outcome::accepted;
    if (entries_.size() >= max_certificates) return install_outcome::rejected;
    entries_.push_back({std::string(use), std::string(pem)});
    return install_outcome::accepted;
}

certificate_store::delete_outcome certificate_store::erase(const certificate_hash& hash) {
    const auto erased = std::erase_if(
        entries_, [&hash](const entry& e) { return same(*hash_certificate(e.pem, hash.algorithm), hash); });
    return erased == 0 ? delete_outcome::not_found : delete_outcome::accepted;
}

std::vector<certificate_hash> certificate_store::of(std::string_view use) const {
    std::vector<certificate_hash> hashes;
    for (const auto& e : entries_)
        if (e.use == use) hashes.push_back(*hash_certificate(e.pem));
    return hashes;
}

} // namespace voltlane::simulator
