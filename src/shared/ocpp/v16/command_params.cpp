#include "shared/base/text.hpp"
#include "shared/ocpp/v16/commands.hpp"
#include "shared/ocpp/v16/quirks/loose_integer.hpp"
#include "shared/ocpp/v16/value_fault.hpp"

// check_params: an operator's params against the table, normalised on the way.
namespace voltlane::ocpp::v16 {
namespace {

// Longest quotation of an operator's text in a message.
constexpr std::size_t longest_quote = 60;

std::string_view view(const boost::json::string& s) noexcept {
    return {s.data(), s.size()};
}

// Whether `key` spells `name` in snake_case: an upper-case letter of the name is an underscore and the
// lower-case one.
bool is_snake_of(std::string_view key, std::string_view name) noexcept {
    std::size_t at = 0;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper && (at >= key.size() || key[at++] != '_')) return false;
        if (at >= key.size() || key[at++] != ascii_lower(c)) return false;
    }
    return at == key.size();
}

const member* find_member(const schema& s, std::string_view key) noexcept {
    for (const auto& m : s.members)
        if (key == m.name || is_snake_of(key, m.name)) return &m;
    return nullptr;
}

std::string message_of(value_fault fault, const member& m, const boost::json::value& v) {
    switch (fault) {
    case value_fault::none: break;
    case value_fault::type:
        switch (m.type) {
        case value_type::text:
        case value_type::choice:
        case value_type::date_time:
        case value_type::uri: return "Not a valid string.";
        case value_type::integer: return "A valid integer is required.";
        case value_type::decimal: return "A valid number is required.";
        case value_type::boolean: return "Must be a valid boolean.";
        case value_type::object: return "Expected an object.";
        case value_type::object_list: return "Expected a list of objects.";
        case value_type::text_list: return "Expected a list of strings.";
        case value_type::anything: break;
        }
        break;
    case value_fault::integer_range: return "This number is too large.";
    case value_fault::too_long:
        return "Ensure this field has no more than " + std::to_string(m.max_length) + " characters.";
    case value_fault::below_minimum:
        return "Ensure this value is greater than or equal to " + std::to_string(m.minimum) + '.';
    case value_fault::choice: {
        const auto text = view(v.get_string());
        if (text.empty()) return "This field may not be blank.";
        if (text.size() > longest_quote) return "This is not a valid choice.";
        return '"' + std::string(text) + "\" is not a valid choice.";
    }
    case value_fault::time:
        return "Datetime has wrong format. Use RFC 3339 with an offset, for example 2025-09-05T16:10:20Z.";
    case value_fault::uri: return "Enter a valid ftp, ftps, http or https URL.";
    case value_fault::fraction_digits: return "Ensure that there is no more than 1 decimal place.";
    case value_fault::too_few_items: return "This list may not be empty.";
    }
    return "Not a valid value.";
}

class normaliser {
public:
    explicit normaliser(field_errors& errors) : errors_(errors) {}

    boost::json::object object(const schema& s, const boost::json::object& given, const std::string& path) {
        boost::json::object out;
        for (const auto& [key, v] : given) {
            const auto* m = find_member(s, view_of(key));
            if (m == nullptr) {
                add(path, view_of(key), "Unknown field.");
            } else if (!v.is_null()) {
                if (out.contains(m->name))
                    add(path, m->name, "This field is given twice.");
                else
                    out.emplace(m->name, value(*m, v, path));
            }
        }
        for (const auto& m : s.members)
            if (m.required && !out.contains(m.name)) add(path, m.name, "This field is required.");
        return in_table_order(s, out);
    }

private:
    static std::string_view view_of(boost::json::string_view key) noexcept {
        return {key.data(), key.size()};
    }

    // A charger's log, and a reader's eye, like one order.
    static boost::json::object in_table_order(const schema& s, boost::json::object& from) {
        boost::json::object out;
        for (const auto& m : s.members)
            if (auto* v = from.if_contains(m.name)) out.emplace(m.name, std::move(*v));
        return out;
    }

    boost::json::value value(const member& m, const boost::json::value& v, const std::string& path) {
        const auto fault = fault_of(m, v);
        if (fault != value_fault::none) {
            add(path, m.name, message_of(fault, m, v));
            return nullptr;
        }
        if (m.type == value_type::integer) return *as_integer(v);
        if (m.nested != nullptr) return nested(m, v, path);
        if (const auto* text = v.if_string()) check_text(m, view(*text), path);
        if (const auto* list = v.if_array())
            for (const auto& item : *list)
                check_text(m, view(item.get_string()), path);
        return boost::json::value(v,
                                  boost::json::storage_ptr{}); // a plain copy would share the source's memory
    }

    boost::json::value nested(const member& m, const boost::json::value& v, const std::string& path) {
        const auto here = path + std::string(m.name) + '.';
        if (const auto* o = v.if_object()) return object(*m.nested, *o, here);
        boost::json::array out;
        std::size_t at = 0;
        for (const auto& item : v.get_array()) {
            const auto index = std::to_string(at++);
            if (const auto* o = item.if_object())
                out.emplace_back(object(*m.nested, *o, here + index + '.'));
            else
                add(here, index, "Expected an object.");
        }
        return out;
    }

    void check_text(const member& m, std::string_view text, const std::string& path) {
        if (text.find('\0') != std::string_view::npos)
            add(path, m.name, "Null characters are not allowed.");
        else if (!m.may_be_blank && trim(text).empty())
            add(path, m.name, "This field may not be blank.");
    }

    void add(const std::string& path, std::string_view name, std::string message) {
        errors_.push_back({path + std::string(name), std::move(message)});
    }

    field_errors& errors_;
};

} // namespace

command_check check_params(const command_spec& command, const boost::json::object& params) {
    command_check result;
    result.payload = normaliser(result.errors).object(*command.request, params, {});
    if (result.ok() && command.rules != nullptr) command.rules(result.payload, result.errors);
    return result;
}

} // namespace voltlane::ocpp::v16
