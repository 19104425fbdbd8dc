#include "shared/events/codec.hpp"
#include "shared/events/inbound.hpp"

#include <array>
#include <cstring>

#include <boost/json/array.hpp>

namespace voltlane::events {
namespace {

using codec::reader;

std::vector<sample> read_samples(reader& r) {
    const auto& elements = r.array("samples");
    std::vector<sample> samples;
    samples.reserve(elements.size());
    for (const auto& element : elements) {
        reader s = r.element(element);
        sample& out = samples.emplace_back();
        out.at = s.optional_time("at");
        out.measurand = s.text_or("measurand", default_measurand);
        out.value = s.text("value");
        out.unit = s.text_or("unit", default_unit);
        out.phase = s.optional_text("phase");
        out.context = s.text_or("context", default_context);
        out.location = s.text_or("location", default_location);
        out.register_mwh = s.optional_number("register_mwh");
    }
    return samples;
}

tag_decision read_tag(reader& r) {
    reader t = r.nested("tag");
    return {
        .status = t.text("status"),
        .account = t.optional_account("account"),
        .user_type = t.optional_text("user_type"),
        .vouched_by = t.optional_text("vouched_by"),
        .started_by = t.optional_account("started_by"),
    };
}

input read_started(reader& r) {
    return started{
        .connector = r.number("connector"),
        .id_tag = r.text("id_tag"),
        .id_tag_folded = r.text("id_tag_folded"),
        .transaction_key = r.text("transaction_key"),
        .identity_hash = r.text("identity_hash"),
        .at = r.optional_time("at"),
        .at_text = r.text("at_text"),
        .meter_mwh = r.optional_number("meter_mwh"),
        .meter_text = r.text("meter_text"),
        .tag = read_tag(r),
    };
}

input read_sampled(reader& r) {
    return sampled{
        .connector = r.number("connector"),
        .transaction_key = r.optional_text("transaction_key"),
        .samples = read_samples(r),
    };
}

input read_ended(reader& r) {
    return ended{
        .transaction_key = r.optional_text("transaction_key"),
        .id_tag = r.optional_text("id_tag"),
        .id_tag_folded = r.optional_text("id_tag_folded"),
        .at = r.optional_time("at"),
        .at_text = r.text("at_text"),
        .meter_mwh = r.optional_number("meter_mwh"),
        .meter_text = r.text("meter_text"),
        .reason = r.text("reason"),
        .samples = read_samples(r),
    };
}

input read_booted(reader& r) {
    return booted{
        .vendor = r.text("vendor"),
        .model = r.text("model"),
        .serial = r.optional_text("serial"),
        .firmware = r.optional_text("firmware"),
        .iccid = r.optional_text("iccid"),
        .imsi = r.optional_text("imsi"),
        .meter_type = r.optional_text("meter_type"),
        .meter_serial = r.optional_text("meter_serial"),
    };
}

input read_status_changed(reader& r) {
    return status_changed{
        .connector = r.number("connector"),
        .status = r.text("status"),
        .error_code = r.text("error_code"),
        .info = r.optional_text("info"),
        .vendor_id = r.optional_text("vendor_id"),
        .vendor_error_code = r.optional_text("vendor_error_code"),
        .at = r.optional_time("at"),
    };
}

input read_noticed(reader& r) {
    return noticed{
        .kind = r.text("kind"),
        .status = r.optional_text("status"),
        .detail = r.optional_text("detail"),
        .request_id = r.optional_number("request_id"),
    };
}

input read_authorized(reader& r) {
    return authorized{.id_tag = r.text("id_tag"), .tag = read_tag(r)};
}
input read_opened(reader& r) {
    return opened{.remote_address = r.text("remote_address")};
}
input read_closed(reader& r) {
    return closed{.reason = r.text("reason")};
}
input read_beaten(reader&) {
    return beaten{};
}

input read_decided(reader& r) {
    return decided{
        .decision_id = r.text("decision_id"),
        .session = session_id{r.number("session")},
        .action = r.text("action"),
        .energy_wh = r.optional_number("energy_wh"),
        .by = account_id{r.number("by")},
    };
}

struct kind_reader {
    std::string_view name;
    input (*read)(reader&);
};
constexpr std::array kinds{
    kind_reader{"sampled", read_sampled},       kind_reader{"beaten", read_beaten},
    kind_reader{"started", read_started},       kind_reader{"ended", read_ended},
    kind_reader{"authorized", read_authorized}, kind_reader{"status_changed", read_status_changed},
    kind_reader{"booted", read_booted},         kind_reader{"noticed", read_noticed},
    kind_reader{"opened", read_opened},         kind_reader{"closed", read_closed},
    kind_reader{"decided", read_decided},
};

// A kind that this version does not know is corrupt: new kinds come with a new schema version.
input read_input(reader& r) {
    const auto name = r.optional_text("kind");
    if (name.empty()) return {};
    for (const auto& kind : kinds) {
        if (kind.name != name) continue;
        reader nested = r.nested("input");
        return kind.read(nested);
    }
    r.fail();
    return {};
}

} // namespace

struct inbound_record::memory {
    memory() : resource(buffer.data(), buffer.size()) {}

    std::string_view keep(std::string_view text) {
        if (text.empty()) return {};
        auto* copy = static_cast<char*>(resource.allocate(text.size(), 1));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }

    // A meter values call with some ten samples fits; more goes to the heap.
    std::array<unsigned char, 6 * 1024> buffer;
    boost::json::monotonic_resource resource;
    std::optional<boost::json::value> root;
};

inbound_record::inbound_record() = default;
inbound_record::inbound_record(inbound_record&&) noexcept = default;
inbound_record& inbound_record::operator=(inbound_record&&) noexcept = default;
inbound_record::~inbound_record() = default;

result<inbound_record> inbound_record::parse(std::string_view value) {
    inbound_record record;
    record.memory_ = std::make_unique<memory>();
    auto& memory = *record.memory_;
    memory.root = codec::parse_object(value, memory.resource);
    if (!memory.root || !codec::version_accepted(memory.root->get_object(), inbound_version))
        return errc::corrupt;

    bool ok = true;
    reader r(memory.root->get_object(), ok);
    inbound& e = record.event_;
    e.key = {tenant_id{r.number("tenant")}, std::string(r.text("charge_point"))};
    e.identity = r.text("identity");
    e.gateway = r.text("gateway");
    e.connection = r.optional_epoch("epoch");
    if (e.connection.known()) e.seq = r.number("seq");
    e.received_at = r.time("received_at");
    e.protocol = r.optional_text("protocol");
    e.action = r.optional_text("action");
    e.message_id = r.optional_text("message_id");
    if (r.optional_number("quirks")) e.quirks = r.integer<std::uint32_t>("quirks");
    e.input = read_input(r);
    if (!ok) return errc::corrupt;
    e.payload = memory.keep(codec::raw_member(value, "payload"));
    e.answer = memory.keep(codec::raw_member(value, "answer"));
    return record;
}

} // namespace voltlane::events
