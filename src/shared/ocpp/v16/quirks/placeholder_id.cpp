#include "shared/ocpp/v16/quirks/placeholder_id.hpp"

#include "shared/ocpp/v16/quirks/loose_integer.hpp"

namespace voltlane::ocpp::v16 {
namespace {

struct reading {
    bool present = false;
    std::optional<std::int64_t> value;
};

reading read(const boost::json::object& o, std::string_view name, quirk_set& quirks) noexcept {
    const auto* v = o.if_contains(name);
    if (v == nullptr || v->is_null()) return {};
    const auto value = read_loose_integer(*v, quirks);
    if (!value) quirks.add(quirk::member_invalid);
    return {true, value};
}

} // namespace

transaction_reference read_transaction_id(const boost::json::object& o, bool required,
                                          quirk_set& quirks) noexcept {
    const auto r = read(o, "transactionId", quirks);
    if (!r.present && required) quirks.add(quirk::member_missing);
    transaction_reference reference;
    reference.raw = r.value;
    if (r.value && *r.value > 0)
        reference.id = r.value;
    else if (r.value)
        quirks.add(quirk::transaction_id_placeholder);
    return reference;
}

std::optional<std::int64_t> read_reservation_id(const boost::json::object& o, quirk_set& quirks) noexcept {
    const auto r = read(o, "reservationId", quirks);
    if (!r.value || *r.value > 0) return r.value;
    quirks.add(quirk::reservation_id_placeholder);
    return std::nullopt;
}

} // namespace voltlane::ocpp::v16
