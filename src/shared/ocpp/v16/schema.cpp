#include "shared/ocpp/v16/schema.hpp"

#include "shared/ocpp/v16/quirks/loose_integer.hpp"
#include "shared/ocpp/v16/value_fault.hpp"

namespace voltlane::ocpp::v16 {
namespace {

constexpr auto missing_code = call_error_code::occurence_constraint_violation;

struct ruling {
    call_error_code code;
    std::string_view text;
};

ruling rule_on(value_fault fault) noexcept {
    using enum call_error_code;
    switch (fault) {
    case value_fault::none: break;
    case value_fault::type: return {type_constraint_violation, "has another type"};
    case value_fault::integer_range: return {property_constraint_violation, "is out of range"};
    case value_fault::too_long: return {property_constraint_violation, "is too long"};
    case value_fault::below_minimum: return {property_constraint_violation, "is too small"};
    case value_fault::choice: return {property_constraint_violation, "is none of the allowed values"};
    case value_fault::time: return {property_constraint_violation, "is not a date and time"};
    case value_fault::uri: return {property_constraint_violation, "is not a URL"};
    case value_fault::fraction_digits:
        return {property_constraint_violation, "has more than one digit after the point"};
    case value_fault::too_few_items: return {missing_code, "has too few elements"};
    }
    return {generic_error, {}};
}

class checker {
public:
    checker(check_mode mode, verdict& out) : lenient_(mode == check_mode::lenient), out_(out) {}

    // False at the first violation; its path is completed by each caller on the way back.
    bool check_object(const schema& s, const boost::json::object& o) {
        for (const auto& m : s.members) {
            if (lenient_ && m.tolerated == tolerance::all) continue; // its reader looks, and flags
            const auto* v = o.if_contains(m.name);
            if (v == nullptr || v->is_null()) {
                if (m.required) return fail(missing_code, "required member is missing", m.name);
            } else if (!check_value(m, *v)) {
                return false;
            }
        }
        return true;
    }

private:
    bool check_value(const member& m, const boost::json::value& v) {
        const bool any_time = lenient_ && allows(m.tolerated, tolerance::bad_time);
        const auto fault = fault_of(m, v, !any_time);
        if (fault != value_fault::none && !is_tolerated(m, v, fault)) {
            const auto r = rule_on(fault);
            return fail(r.code, r.text, m.name);
        }
        if (m.nested == nullptr || fault != value_fault::none) return true;
        if (const auto* o = v.if_object()) return check_object(*m.nested, *o) || lead(m.name);
        std::size_t at = 0;
        for (const auto& item : v.get_array()) {
            const auto* o = item.if_object();
            if (o == nullptr)
                return fail(call_error_code::type_constraint_violation, "has another type", m.name, at);
            if (!check_object(*m.nested, *o)) return lead(m.name, at);
            ++at;
        }
        return true;
    }

    bool is_tolerated(const member& m, const boost::json::value& v, value_fault fault) {
        if (!lenient_) return false;
        if (fault == value_fault::too_long && allows(m.tolerated, tolerance::long_text)) {
            out_.quirks.add(quirk::text_too_long);
            return true;
        }
        if (fault == value_fault::choice && allows(m.tolerated, tolerance::unknown_choice)) {
            out_.quirks.add(quirk::unknown_choice);
            return true;
        }
        return fault == value_fault::type && allows(m.tolerated, tolerance::number_text) && v.is_string() &&
               read_loose_integer(v, out_.quirks).has_value();
    }

    static std::string step(std::string_view name, std::size_t at) {
        std::string text(name);
        if (at != no_index) text += '[' + std::to_string(at) + ']';
        return text;
    }

    bool fail(call_error_code code, std::string_view text, std::string_view name, std::size_t at = no_index) {
        out_.ok = false;
        out_.code = code;
        out_.path = step(name, at);
        out_.text = text;
        return false;
    }

    bool lead(std::string_view name, std::size_t at = no_index) {
        out_.path = step(name, at) + '.' + out_.path;
        return false;
    }

    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);
    bool lenient_;
    verdict& out_;
};

} // namespace

verdict check(const schema& s, const boost::json::object& o, check_mode mode) {
    verdict v;
    if (!checker(mode, v).check_object(s, o)) v.text = v.path + ": " + v.text;
    return v;
}

} // namespace voltlane::ocpp::v16
