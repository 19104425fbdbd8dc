#include "api/user_types/profile_values.hpp"

#include "shared/base/decimal.hpp"
#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <boost/json/parse.hpp>

namespace voltlane::api {
namespace {

namespace json = boost::json;

std::string quoted(std::string_view text) {
    std::string out;
    jsonio::append_string(out, text);
    return out;
}

field_value wrong(std::string message) {
    return {"null", std::move(message)};
}

// A number's shortest text. Exact for what fields may hold: they are bounded to 15 digits.
std::string text_of(const json::value& number) {
    std::array<char, 32> digits{};
    std::to_chars_result end{};
    if (number.is_int64()) {
        end = std::to_chars(digits.data(), digits.data() + digits.size(), number.get_int64());
    } else if (number.is_uint64()) {
        end = std::to_chars(digits.data(), digits.data() + digits.size(), number.get_uint64());
    } else {
        end = std::to_chars(digits.data(), digits.data() + digits.size(), number.get_double());
    }
    return {digits.data(), end.ptr};
}

// What was sent, as text: a string without blanks around it, or a number's digits. nullopt: something else.
std::optional<std::string> plain_text(const json::value& v, std::string_view number_text) {
    if (v.is_string()) return std::string(trim({v.get_string().data(), v.get_string().size()}));
    if (!v.is_number()) return std::nullopt;
    return number_text.empty() ? text_of(v) : std::string(number_text);
}

field_value read_text(const profile_field& f, const std::string& text) {
    if (text.find('\0') != std::string::npos) return wrong("Null characters are not allowed.");
    if (character_count(text) > f.length_bound())
        return wrong("Ensure this field has no more than " + std::to_string(f.length_bound()) +
                     " characters.");
    return {quoted(text), {}};
}

field_value read_choice(const profile_field& f, const std::string& text) {
    if (std::find(f.choices.begin(), f.choices.end(), text) != f.choices.end()) return {quoted(text), {}};
    const auto shown = character_count(text) <= 50 ? text : std::string("...");
    return wrong("\"" + shown + "\" is not a valid choice.");
}

// Of an integer or a decimal, in units of 10^-scale; empty: within the bounds.
std::string out_of_bounds(const profile_field& f, std::int64_t units) {
    const auto least = f.min.value_or(-most_number), most = f.max.value_or(most_number);
    const auto shown = [&f](std::int64_t n) {
        return format_scaled(n, f.decimals);
    };
    if (units < least) return "Ensure this value is greater than or equal to " + shown(least) + ".";
    if (units > most) return "Ensure this value is less than or equal to " + shown(most) + ".";
    return {};
}

field_value read_integer(const profile_field& f, const std::string& text) {
    const auto n = parse_integer<std::int64_t>(text);
    if (!n) return wrong("A valid integer is required.");
    if (auto why = out_of_bounds(f, *n); !why.empty()) return wrong(std::move(why));
    return {std::to_string(*n), {}};
}

field_value read_decimal(const profile_field& f, const std::string& text) {
    if (!parse_scaled(text, f.decimals)) return wrong("A valid number is required.");
    const auto units = parse_scaled_exact(text, f.decimals);
    if (!units)
        return wrong("Ensure that there are no more than " + std::to_string(f.decimals) + " decimal places.");
    if (auto why = out_of_bounds(f, *units); !why.empty()) return wrong(std::move(why));
    return {quoted(format_scaled(*units, f.decimals)), {}};
}

field_value read_date(const std::string& text) {
    if (!parse_day(text))
        return wrong("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
    return {quoted(text), {}};
}

field_value read_boolean(const json::value& v) {
    if (v.is_bool()) return {v.get_bool() ? "true" : "false", {}};
    if (v.is_string()) {
        const auto text = ascii_lower(trim({v.get_string().data(), v.get_string().size()}));
        if (text == "true" || text == "false") return {text, {}};
    }
    return wrong("Must be a valid boolean.");
}

// Where a field stands in a request, and the text of a number where that was kept.
struct sent_value {
    const json::value* value = nullptr;
    std::string_view number_text;
};

class profile_reader {
public:
    profile_reader(const json_input& body, form& f, profile_rule rule) : body_(body), form_(f), rule_(rule) {}

    // A member that holds fields; of another kind than an object: said once, under its own name.
    void look_into(std::string_view member) {
        const auto* v = body_.find(member);
        if (v == nullptr || v->is_null()) return;
        if (v->is_object()) {
            below_.push_back(&v->get_object());
        } else {
            form_.fail(member, "Invalid data. Expected a dictionary.");
        }
    }

    void read(const profile_field& field, bool required) {
        const auto sent = find(field.name);
        if (sent.value == nullptr) {
            if (required && rule_ == profile_rule::registration)
                form_.fail(field.name, "This field is required.");
            return;
        }
        const auto v = read_field(field, *sent.value, sent.number_text);
        if (!v.ok()) return form_.fail(field.name, v.message);
        const bool unset = v.json == "null";
        if (unset && required)
            return form_.fail(field.name, sent.value->is_null() ? "This field may not be null."
                                                                : "This field may not be blank.");
        if (unset && rule_ == profile_rule::registration) return;
        jsonio::append_raw_member(out_, field.name, v.json);
    }

    std::string result() { return std::move(out_) + "}"; }

private:
    sent_value find(std::string_view name) const {
        if (const auto* v = body_.find(name)) return {v, body_.number_text(name)};
        for (const auto* o : below_)
            if (const auto* v = o->if_contains({name.data(), name.size()})) return {v, {}};
        return {};
    }

    const json_input& body_;
    form& form_;
    profile_rule rule_;
    std::vector<const json::object*> below_;
    std::string out_ = "{";
};

// What the account stores of a field, as it may be shown.
std::string shown(const json::object& stored, const profile_field& field) {
    const auto* v = stored.if_contains({field.name.data(), field.name.size()});
    return v == nullptr ? std::string("null") : read_field(field, *v).json;
}

} // namespace

field_value read_field(const profile_field& f, const json::value& v, std::string_view number_text) {
    if (v.is_null()) return {};
    const auto text = plain_text(v, number_text);
    if (text && text->empty()) return {};
    switch (f.kind) {
    case field_kind::string:
    case field_kind::text: return text ? read_text(f, *text) : wrong("Not a valid string.");
    case field_kind::integer: return text ? read_integer(f, *text) : wrong("A valid integer is required.");
    case field_kind::decimal: return text ? read_decimal(f, *text) : wrong("A valid number is required.");
    case field_kind::date: return read_date(v.is_string() ? *text : std::string());
    case field_kind::boolean: return read_boolean(v);
    case field_kind::choice: return read_choice(f, text.value_or("..."));
    }
    return {};
}

std::string validate_profile(const declarations& d, std::string_view type, const json_input& body, form& f,
                             profile_rule rule) {
    profile_reader reader(body, f, rule);
    const auto* declared = d.find(type);
    const bool own = declared != nullptr && !declared->built_in();
    if (own) reader.look_into(declared->profile_member());
    reader.look_into("profile");
    for (const auto& s : d.shared)
        reader.read(s.field, s.field.required && own);
    if (own)
        for (const auto& field : declared->fields)
            reader.read(field, field.required);
    return reader.result();
}

void append_declared(std::string& out, const declarations& d, std::string_view type,
                     std::string_view type_profile) {
    json::error_code ec;
    const auto parsed = json::parse({type_profile.data(), type_profile.size()}, ec);
    const json::object none;
    const auto& stored = !ec && parsed.is_object() ? parsed.get_object() : none;
    for (const auto& s : d.shared)
        jsonio::append_raw_member(out, s.field.name, shown(stored, s.field));
    for (const auto& t : d.types)
        if (!t.built_in()) jsonio::append_member(out, t.flag, t.name == type);
    for (const auto& t : d.types) {
        if (t.built_in()) continue;
        if (t.name != type) {
            jsonio::append_raw_member(out, t.profile_member(), "null");
            continue;
        }
        std::string profile = "{";
        for (const auto& field : t.fields)
            jsonio::append_raw_member(profile, field.name, shown(stored, field));
        jsonio::append_raw_member(out, t.profile_member(), profile + "}");
    }
}

} // namespace voltlane::api
