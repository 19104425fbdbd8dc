#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

namespace voltlane::simulator::commands {
namespace {

void append_hash(std::string& out, const certificate_hash& h) {
    out += '{';
    jsonio::append_member(out, "hashAlgorithm", h.algorithm);
    jsonio::append_member(out, "issuerNameHash", h.issuer_name);
    jsonio::append_member(out, "issuerKeyHash", h.issuer_key);
    jsonio::append_member(out, "serialNumber", h.serial);
    out += '}';
}

} // namespace

reply certificate_signed(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const auto chain = text(payload, "certificateChain");
    const auto most = static_cast<std::size_t>(cp.settings().integer(key::certificate_max_chain));
    if (chain.size() <= most && hash_certificate(chain)) return status_reply("Accepted");
    cp.send_security_event("InvalidChargePointCertificate", now);
    return status_reply("Rejected");
}

reply install_certificate(charge_point& cp, const boost::json::object& payload, timestamp now) {
    using outcome = certificate_store::install_outcome;
    switch (cp.certificates().install(text(payload, "certificateType"), text(payload, "certificate"))) {
    case outcome::accepted: return status_reply("Accepted");
    case outcome::rejected: return status_reply("Rejected");
    case outcome::failed: break;
    }
    cp.send_security_event("InvalidCentralSystemCertificate", now);
    return status_reply("Failed");
}

reply delete_certificate(charge_point& cp, const boost::json::object& payload, timestamp) {
    const auto& given = *jsonio::find_object(payload, "certificateHashData");
    certificate_hash h;
    h.algorithm = text(given, "hashAlgorithm");
    h.issuer_name = text(given, "issuerNameHash");
    h.issuer_key = text(given, "issuerKeyHash");
    h.serial = text(given, "serialNumber");
    const bool deleted = cp.certificates().erase(h) == certificate_store::delete_outcome::accepted;
    return status_reply(deleted ? "Accepted" : "NotFound");
}

reply get_installed_certificate_ids(charge_point& cp, const boost::json::object& payload, timestamp) {
    const auto hashes = cp.certificates().of(text(payload, "certificateType"));
    if (hashes.empty()) return status_reply("NotFound");
    auto r = status_reply("Accepted");
    r.payload.pop_back();
    jsonio::append_name(r.payload, "certificateHashData");
    r.payload += '[';
    for (const auto& h : hashes) {
        if (r.payload.back() == '}') r.payload += ',';
        append_hash(r.payload, h);
    }
    r.payload += "]}";
    return r;
}

} // namespace voltlane::simulator::commands
