#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::simulator {

// How OCPP names a certificate (security whitepaper, CertificateHashDataType).
struct certificate_hash {
    std::string algorithm; // SHA256, SHA384 or SHA512
    std::string issuer_name;
    std::string issuer_key;
    std::string serial;
};

// nullopt where the text holds no readable PEM certificate. Of a root, which is its own issuer, the hashes
// are what a central system computes too.
std::optional<certificate_hash> hash_certificate(std::string_view pem, std::string_view algorithm = "SHA256");

// A PEM request for this charger's certificate with a fresh P-256 key.
std::string make_signing_request(std::string_view organisation, std::string_view common_name);

// The root certificates installed on one charger.
class certificate_store {
public:
    static constexpr std::size_t max_certificates = 8; // CertificateStoreMaxLength

    enum class install_outcome { accepted, failed, rejected };
    // failed: unreadable; rejected: the store is full.
    install_outcome install(std::string_view use, std::string_view pem);
    enum class delete_outcome { accepted, not_found };
    delete_outcome erase(const certificate_hash& hash);
    // With SHA256 hashes.
    std::vector<certificate_hash> of(std::string_view use) const;

private:
    struct entry {
        std::string use;
        std::string pem;
    };
    std::vector<entry> entries_;
};

} // namespace voltlane::simulator
