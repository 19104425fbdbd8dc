#include "gateway/v16/adapter.hpp"

#include "shared/ocpp/v16/transaction_id.hpp"

#include <functional>

#include <boost/json/serialize.hpp>

namespace voltlane::gateway::v16 {

namespace ocpp16 = ocpp::v16;

struct adapter::call {
    const ocpp::frame& frame;
    const session_identity& who;
    instant received;
    instant now;
    call_outcome& out;
    ocpp16::quirk_set quirks;

    const boost::json::object& payload() const { return *frame.payload; }
};

namespace {

constexpr std::size_t max_detail_bytes =
    2048; // of a DataTransfer's data, in the neutral input (the payload has it whole)

ocpp16::registration_status registration_of(const session_identity& who) {
    const auto* entry = who.tenant->charge_point(who.key.charge_point);
    if (entry == nullptr || entry->registration == "Accepted") return ocpp16::registration_status::accepted;
    return entry->registration == "Pending" ? ocpp16::registration_status::pending
                                            : ocpp16::registration_status::rejected;
}

ocpp16::authorization_status status_of(std::string_view text) {
    if (text == "Accepted") return ocpp16::authorization_status::accepted;
    if (text == "Blocked") return ocpp16::authorization_status::blocked;
    if (text == "Expired") return ocpp16::authorization_status::expired;
    return ocpp16::authorization_status::invalid;
}

ocpp16::id_tag_info info_of(const domain::tag_answer& a) {
    return {status_of(a.status), a.expiry, a.parent_id_tag};
}

events::tag_decision decision_of(const domain::tag_answer& a) {
    return {a.status, a.account, a.user_type, a.vouched_by, a.started_by};
}

void refuse(call_outcome& out, ocpp::call_error_code code, std::string description) {
    out.refused = true;
    out.code = code;
    out.description = std::move(description);
}

std::optional<events::milliwatt_hours> energy_of(const std::optional<ocpp16::energy>& e) {
    return e ? std::optional(e->units) : std::nullopt; // thousandths of a Wh in both
}

void set_transaction(std::string& text, const ocpp16::transaction_reference& t) {
    text = t.id ? std::to_string(*t.id) : std::string();
}

// Samples of a call as neutral ones; `from` must outlive `to`.
void convert(const std::vector<ocpp16::sample>& from, std::vector<events::sample>& to) {
    to.clear();
    to.reserve(from.size());
    for (const auto& s : from) {
        events::sample n;
        n.at = s.time.value;
        n.measurand = s.value.measurand;
        n.value = s.value.value();
        n.unit = s.value.unit;
        n.phase = s.value.phase;
        n.context = s.value.context;
        n.location = s.value.location;
        if (s.value.location == "Outlet") n.register_mwh = energy_of(s.value.register_energy);
        to.push_back(n);
    }
}

// A status apart from its time: equal content says nothing new about the connector. Never 0.
std::uint64_t content_of(const events::status_changed& s) {
    const std::hash<std::string_view> hash;
    std::uint64_t content = 1;
    for (const auto part : {s.status, s.error_code, s.info, s.vendor_id, s.vendor_error_code})
        content = content * 1'099'511'628'211ULL + hash(part);
    return content | 1U;
}

} // namespace

std::uint32_t adapter::quirks_of(const ocpp::frame_repairs& repairs) const noexcept {
    return ocpp16::quirks_of(repairs).bits();
}

void adapter::decide(const ocpp::frame& f, const session_identity& who, bool triggered, instant received,
                     instant now, call_outcome& out) {
    const auto* spec = ocpp16::find_call(f.action);
    if (spec == nullptr) {
        const auto code = ocpp16::unknown_action_code(f.action);
        return refuse(out, code, "this central system does not serve that action");
    }
    if (spec->id != ocpp16::action::boot_notification && !triggered &&
        registration_of(who) != ocpp16::registration_status::accepted)
        return refuse(out, ocpp::call_error_code::security_error,
                      "the charge point's registration is not accepted");
    auto verdict = ocpp16::check_call(*spec, *f.payload);
    if (!verdict) return refuse(out, verdict.code, std::move(verdict.text));

    call c{f, who, received, now, out, verdict.quirks};
    out.action = static_cast<unsigned>(spec->id);
    out.action_name = spec->name;
    switch (spec->id) {
    case ocpp16::action::authorize: authorize(c); break;
    case ocpp16::action::boot_notification: boot(c); break;
    case ocpp16::action::data_transfer: data_transfer(c); break;
    case ocpp16::action::heartbeat:
        out.beat = true;
        ocpp16::append_heartbeat_answer(out.answer, now.wall);
        break;
    case ocpp16::action::meter_values: meter(c); break;
    case ocpp16::action::security_event_notification: security_event(c); break;
    case ocpp16::action::sign_certificate: certificate(c); break;
    case ocpp16::action::start_transaction: start(c); break;
    case ocpp16::action::status_notification: status(c); break;
    case ocpp16::action::stop_transaction: stop(c); break;
    case ocpp16::action::diagnostics_status_notification:
    case ocpp16::action::firmware_status_notification:
    case ocpp16::action::log_status_notification:
    case ocpp16::action::signed_firmware_status_notification: progress(c); break;
    }
    out.quirks = c.quirks.bits();
}

void adapter::boot(call& c) {
    const auto b = ocpp16::read_boot_notification(c.payload());
    c.quirks.add(b.quirks);
    const auto serial = b.serial_number.empty() ? b.box_serial_number : b.serial_number;
    c.out.boot = true;
    c.out.input = events::booted{b.vendor, b.model, serial,       b.firmware_version,
                                 b.iccid,  b.imsi,  b.meter_type, b.meter_serial_number};
    const auto status = registration_of(c.who);
    const bool accepted = status == ocpp16::registration_status::accepted;
    ocpp16::append_boot_notification_answer(c.out.answer, status, c.now.wall,
                                            accepted ? intervals_.heartbeat : intervals_.retry);
}

domain::tag_answer adapter::ask(const call& c, domain::tag_use use, std::optional<timestamp> started_at) {
    const bool starting = use == domain::tag_use::start;
    const auto& folded = starting ? start_.tag.normalised : authorize_.tag.normalised;
    auto& tenant = *c.who.tenant;
    auto* vouch = tenant.vouch(c.who.key.charge_point, folded);
    domain::tag_question q;
    q.use = use;
    q.tag = tenant.tag(folded);
    q.vouch = vouch ? &vouch->entry : nullptr;
    q.accept_unknown_tags = tenant.settings.accept_unknown_tags;
    q.received_at = c.received.wall;
    if (starting) {
        q.started_at = started_at;
        q.identity_hash = identity_text_;
        if (vouch != nullptr) q.vouch_bound_to = vouch->bound_to;
    }
    const auto answer = domain::decide_tag(q);
    if (starting && vouch != nullptr && !answer.vouched_by.empty()) vouch->bound_to = identity_text_;
    return answer;
}

void adapter::authorize(call& c) {
    authorize_ = ocpp16::read_authorize(c.payload());
    c.quirks.add(authorize_.quirks);
    const auto answer = ask(c, domain::tag_use::authorize, std::nullopt);
    c.out.input = events::authorized{authorize_.tag.text, decision_of(answer)};
    ocpp16::append_authorize_answer(c.out.answer, info_of(answer));
}

void adapter::start(call& c) {
    start_ = ocpp16::read_start_transaction(c.payload());
    c.quirks.add(start_.quirks);
    const auto identity = ocpp16::identify_start(c.who.key.tenant, c.who.key.charge_point, start_);
    transaction_text_ = std::to_string(identity.id);
    identity_text_ = identity.key.text();
    const auto answer = ask(c, domain::tag_use::start, start_.time.value);

    events::started s;
    s.connector = start_.connector_id;
    s.id_tag = start_.tag.text;
    s.id_tag_folded = start_.tag.normalised;
    s.transaction_key = transaction_text_;
    s.identity_hash = identity_text_;
    s.at = start_.time.value;
    s.at_text = start_.time.text;
    s.meter_mwh = energy_of(start_.meter_start);
    s.meter_text = start_.meter_start_text;
    s.tag = decision_of(answer);
    c.out.input = s;
    ocpp16::append_start_transaction_answer(c.out.answer, identity.id, info_of(answer));
}

void adapter::stop(call& c) {
    stop_ = ocpp16::read_stop_transaction(c.payload());
    c.quirks.add(stop_.quirks);
    read_samples_.clear();
    c.quirks.add(ocpp16::read_samples(c.payload(), "transactionData", read_samples_).quirks);
    convert(read_samples_, samples_);
    set_transaction(transaction_text_, stop_.transaction);

    events::ended e;
    e.transaction_key = transaction_text_;
    e.at = stop_.time.value;
    e.at_text = stop_.time.text;
    e.meter_mwh = energy_of(stop_.meter_stop);
    e.meter_text = stop_.meter_stop_text;
    e.reason = stop_.reason;
    e.samples = samples_;
    std::optional<ocpp16::id_tag_info> info;
    if (stop_.tag) {
        e.id_tag = stop_.tag->text;
        e.id_tag_folded = stop_.tag->normalised;
        // A stop cannot be refused; the tag's present status is told all the same (1.6 section 4.10).
        authorize_.tag = *stop_.tag;
        info = info_of(ask(c, domain::tag_use::authorize, std::nullopt));
    }
    c.out.input = std::move(e);
    ocpp16::append_stop_transaction_answer(c.out.answer, info);
}

void adapter::meter(call& c) {
    const auto m = ocpp16::read_meter_values(c.payload());
    c.quirks.add(m.quirks);
    read_samples_.clear();
    c.quirks.add(ocpp16::read_samples(c.payload(), "meterValue", read_samples_).quirks);
    convert(read_samples_, samples_);
    set_transaction(transaction_text_, m.transaction);
    c.out.input = events::sampled{m.connector_id, transaction_text_, samples_};
    ocpp16::append_empty_answer(c.out.answer);
}

void adapter::status(call& c) {
    const auto s = ocpp16::read_status_notification(c.payload());
    c.quirks.add(s.quirks);
    const events::status_changed changed{s.connector_id, s.status.text,       s.error_code, s.info,
                                         s.vendor_id,    s.vendor_error_code, s.time.value};
    c.out.coalesce = content_of(changed);
    c.out.input = changed;
    ocpp16::append_empty_answer(c.out.answer);
}

void adapter::data_transfer(call& c) {
    const auto d = ocpp16::read_data_transfer(c.payload());
    c.quirks.add(d.quirks);
    detail_.assign(d.message_id);
    if (d.data != nullptr) {
        if (!detail_.empty()) detail_ += ' ';
        detail_ += d.data->is_string() ? std::string(d.data->get_string()) : boost::json::serialize(*d.data);
    }
    if (detail_.size() > max_detail_bytes) {
        auto cut = max_detail_bytes;
        while (cut > 0 && (static_cast<unsigned char>(detail_[cut]) & 0xC0) == 0x80)
            --cut; // never half a character
        detail_.resize(cut);
    }
    c.out.input = events::noticed{c.out.action_name, d.vendor_id, detail_, std::nullopt};
    ocpp16::append_data_transfer_answer(c.out.answer, ocpp16::data_transfer_status::unknown_vendor_id);
}

void adapter::progress(call& c) {
    const auto p = ocpp16::read_progress_notification(c.payload());
    c.quirks.add(p.quirks);
    c.out.input = events::noticed{c.out.action_name, p.status, {}, p.request_id};
    ocpp16::append_empty_answer(c.out.answer);
}

void adapter::security_event(call& c) {
    const auto s = ocpp16::read_security_event(c.payload());
    c.quirks.add(s.quirks);
    c.out.input = events::noticed{c.out.action_name, s.type, s.tech_info, std::nullopt};
    ocpp16::append_empty_answer(c.out.answer);
}

void adapter::certificate(call& c) {
    const auto s = ocpp16::read_sign_certificate(c.payload());
    c.quirks.add(s.quirks);
    c.out.input = events::noticed{c.out.action_name, {}, s.csr, std::nullopt};
    // No certificate authority is configured (field-notes "decided").
    ocpp16::append_sign_certificate_answer(c.out.answer, false);
}

} // namespace voltlane::gateway::v16
