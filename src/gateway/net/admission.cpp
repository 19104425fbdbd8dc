#include "gateway/net/admission.hpp"

#include "shared/base/random.hpp"
#include "shared/ocpp/charge_point_id.hpp"
#include "shared/ocpp/subprotocol.hpp"

namespace voltlane::gateway {
namespace {

admission refuse(unsigned status, std::string reason) {
    admission a;
    a.status = status;
    a.reason = std::move(reason);
    return a;
}

ocpp::subprotocol_choice choose(const upgrade_request& request) {
    std::vector<std::string_view> values(request.protocols.begin(), request.protocols.end());
    return ocpp::choose_subprotocol(values);
}

} // namespace

std::string key_hash(std::string_view tenant_key) {
    return sha256_hex(tenant_key);
}

admission admit(const upgrade_request& request, directory_view& directory, const door& at) {
    switch (request.what) {
    case upgrade_request::kind::not_http: return refuse(0, "not HTTP");
    case upgrade_request::kind::malformed: return refuse(400, "malformed request");
    case upgrade_request::kind::plain_http: return refuse(426, "chargers connect here by WebSocket");
    case upgrade_request::kind::broken: return refuse(400, "malformed WebSocket upgrade");
    case upgrade_request::kind::upgrade: break;
    }
    const auto target = ocpp::parse_dial_target(request.target);
    if (target.status == ocpp::target_status::not_a_charger_path) return refuse(404, "no such path");
    if (target.status == ocpp::target_status::malformed_id) return refuse(400, "malformed charge point id");
    if (!at.ready) return refuse(503, "not ready");
    if (at.full) return refuse(503, "too many connections");

    auto* tenant = directory.tenant_by_key_hash(key_hash(target.tenant_key));
    if (tenant == nullptr || !tenant->active) return refuse(404, "no such tenant");
    const auto* known = tenant->charge_point(target.canonical_id);
    const auto& rules = tenant->settings;
    if (known != nullptr && known->deleted) return refuse(404, "this charge point was deleted");
    if (known == nullptr && !rules.self_registration) return refuse(404, "no such charge point");

    const auto protocol = choose(request);
    if (protocol == ocpp::subprotocol_choice::refused)
        return refuse(400, "no sub-protocol in common: ocpp1.6 is served");
    if (protocol == ocpp::subprotocol_choice::none_offered && rules.require_subprotocol)
        return refuse(400, "the sub-protocol ocpp1.6 must be offered");
    if (known == nullptr && !tenant->take_newcomer(target.canonical_id, at.now))
        return refuse(503, "the tenant's limit of charge points is reached");

    admission a;
    a.who.key = {tenant->settings.id, target.canonical_id};
    a.who.identity = target.id;
    a.who.tenant = tenant;
    a.who.key_version = tenant->key_version;
    a.echo_protocol = protocol == ocpp::subprotocol_choice::ocpp16;
    return a;
}

} // namespace voltlane::gateway
