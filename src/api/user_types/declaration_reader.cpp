#include "api/user_types/declaration_reader.hpp"

#include "api/form.hpp"
#include "api/user_types/profile_values.hpp"
#include "shared/base/decimal.hpp"
#include "shared/base/text.hpp"

#include <algorithm>
#include <set>

#include <boost/json/parse.hpp>

namespace voltlane::api {
namespace {

namespace json = boost::json;

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view name_rule = "must be a lower-case letter, then lower-case letters, digits and "
                                       "underscores, at most ";

bool is_name(std::string_view text, std::size_t most, bool with_capitals) {
    const auto is_letter = [with_capitals](char c) {
        return letters.find(c) != std::string_view::npos ||
               (with_capitals && capitals.find(c) != std::string_view::npos);
    };
    return !text.empty() && text.size() <= most && is_letter(text[0]) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); });
}

const json::value* member(const json::object& o, std::string_view name) {
    const auto* v = o.if_contains({name.data(), name.size()});
    return v == nullptr || v->is_null() ? nullptr : v; // null is as good as absent
}

bool is_number_kind(field_kind k) {
    return k == field_kind::integer || k == field_kind::decimal;
}

} // namespace

std::string path_below(const std::string& path, std::string_view member_name) {
    return path.empty() ? std::string(member_name) : path + "." + std::string(member_name);
}

std::string path_below(const std::string& path, std::size_t index) {
    return path + "[" + std::to_string(index) + "]";
}

void declaration_reader::fail(std::string path, std::string message) {
    if (faults_.size() < most_faults) faults_.push_back({std::move(path), std::move(message)});
}

const json::object* declaration_reader::object(const json::value& v, const std::string& path) {
    if (v.is_object()) return &v.get_object();
    fail(path, "must be an object.");
    return nullptr;
}

void declaration_reader::refuse_unknown(const json::object& o, const std::string& path,
                                        std::initializer_list<std::string_view> known) {
    if (unknown_ == unknown_members::ignored) return;
    for (const auto& m : o) {
        const std::string_view name(m.key().data(), m.key().size());
        if (std::find(known.begin(), known.end(), name) == known.end())
            fail(path_below(path, name.size() <= most_field_name ? name : "..."), "is not known here.");
    }
}

std::string declaration_reader::text(const json::object& o, std::string_view name, const std::string& path) {
    const auto* v = member(o, name);
    if (v == nullptr) {
        fail(path_below(path, name), "This field is required.");
    } else if (!v->is_string()) {
        fail(path_below(path, name), "Not a valid string.");
    } else {
        return {v->get_string().data(), v->get_string().size()};
    }
    return {};
}

std::optional<user_type> declaration_reader::type(const json::value& v, const std::string& path,
                                                  std::string_view name) {
    const auto before = faults_.size();
    const auto* o = object(v, path);
    if (o == nullptr) return std::nullopt;
    // The last two are in what GET shows, which people send back.
    refuse_unknown(*o, path, {"name", "flag", "fields", "self_registration", "profile", "source"});
    user_type t;
    t.name = name.empty() ? text(*o, "name", path) : std::string(name);
    if (faults_.size() == before && !is_name(t.name, most_field_name, true))
        fail(path_below(path, "name"), "must be a letter, then letters, digits and underscores, at most " +
                                           std::to_string(most_field_name) + ".");
    const auto* f = member(*o, "flag");
    t.flag = f == nullptr ? default_flag(t.name) : flag(*f, path_below(path, "flag"));
    if (const auto* list = member(*o, "fields")) t.fields = fields(*list, path_below(path, "fields"));
    if (const auto* self = member(*o, "self_registration"))
        t.self_registration = boolean(*self, path_below(path, "self_registration"));
    return faults_.size() == before ? std::optional(std::move(t)) : std::nullopt;
}

std::string declaration_reader::flag(const json::value& v, const std::string& path) {
    const std::string_view text =
        v.is_string() ? std::string_view(v.get_string().data(), v.get_string().size()) : std::string_view();
    if (!is_name(text, most_flag_name, false))
        fail(path, std::string(name_rule) + std::to_string(most_flag_name) + ".");
    return std::string(text);
}

bool declaration_reader::boolean(const json::value& v, const std::string& path) {
    if (!v.is_bool()) fail(path, "Must be a valid boolean.");
    return v.is_bool() && v.get_bool();
}

std::vector<profile_field> declaration_reader::fields(const json::value& v, const std::string& path) {
    std::vector<profile_field> all;
    if (!v.is_array()) {
        fail(path, "must be a list.");
        return all;
    }
    const auto& list = v.get_array();
    if (list.size() > most_profile_fields) {
        fail(path, "must have at most " + std::to_string(most_profile_fields) + " fields.");
        return all;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto f = field(list[i], path_below(path, i));
        if (!f) continue;
        if (names.insert(f->name).second) {
            all.push_back(std::move(*f));
        } else {
            fail(path_below(path_below(path, i), "name"), "\"" + f->name + "\" is there twice.");
        }
    }
    return all;
}

std::optional<profile_field> declaration_reader::field(const json::value& v, const std::string& path) {
    const auto before = faults_.size();
    const auto* o = object(v, path);
    if (o == nullptr) return std::nullopt;
    refuse_unknown(*o, path,
                   {"name", "kind", "required", "choices", "min", "max", "max_length", "decimals", "source"});
    profile_field f;
    f.name = text(*o, "name", path);
    if (faults_.size() == before && !is_name(f.name, most_field_name, false))
        fail(path_below(path, "name"), std::string(name_rule) + std::to_string(most_field_name) + ".");
    const auto kind_text = text(*o, "kind", path);
    const auto kind = parse_field_kind(kind_text);
    if (!kind) {
        if (!kind_text.empty())
            fail(path_below(path, "kind"),
                 "\"" + (kind_text.size() <= 50 ? kind_text : "...") + "\" is not a valid choice.");
        return std::nullopt;
    }
    f.kind = *kind;
    if (const auto* required = member(*o, "required"))
        f.required = boolean(*required, path_below(path, "required"));
    read_choices(*o, path, f);
    read_numbers(*o, path, f);
    return faults_.size() == before ? std::optional(std::move(f)) : std::nullopt;
}

void declaration_reader::read_choices(const json::object& o, const std::string& path, profile_field& f) {
    const auto at = path_below(path, "choices");
    const auto* v = member(o, "choices");
    if (f.kind != field_kind::choice) {
        if (v != nullptr) fail(at, "only fields of kind choice have choices.");
        return;
    }
    if (v == nullptr) return fail(at, "This field is required.");
    if (!v->is_array() || v->get_array().empty() || v->get_array().size() > most_choices)
        return fail(at, "must be a list of 1 to " + std::to_string(most_choices) + " texts.");
    const profile_field any{.name = {}, .kind = field_kind::string, .max_length = most_choice_length};
    for (std::size_t i = 0; i < v->get_array().size(); ++i) {
        const auto& c = v->get_array()[i];
        const auto read = read_field(any, c);
        if (!read.ok() || read.json == "null") {
            fail(path_below(at, i), read.ok() ? "This field may not be blank." : read.message);
            continue;
        }
        auto text = std::string(json::parse(read.json).get_string());
        if (std::find(f.choices.begin(), f.choices.end(), text) != f.choices.end()) {
            fail(path_below(at, i), "is there twice.");
        } else {
            f.choices.push_back(std::move(text));
        }
    }
}

void declaration_reader::read_numbers(const json::object& o, const std::string& path, profile_field& f) {
    const auto only = [&](std::string_view name, bool fits, std::string_view of) {
        if (!fits && member(o, name) != nullptr)
            fail(path_below(path, name), "only fields of kind " + std::string(of) + " have this.");
        return fits;
    };
    if (only("decimals", f.kind == field_kind::decimal, "decimal")) {
        const auto n = number(o, "decimals", path, 0, 0, most_decimals);
        if (!n && member(o, "decimals") == nullptr)
            fail(path_below(path, "decimals"), "This field is required.");
        f.decimals = static_cast<int>(n.value_or(0));
    }
    const bool numeric = is_number_kind(f.kind);
    if (only("min", numeric, "integer or decimal"))
        f.min = number(o, "min", path, f.decimals, -most_number, most_number);
    if (only("max", numeric, "integer or decimal"))
        f.max = number(o, "max", path, f.decimals, -most_number, most_number);
    if (f.min && f.max && *f.min > *f.max) fail(path_below(path, "max"), "is less than min.");
    const bool textual = f.kind == field_kind::string || f.kind == field_kind::text;
    if (only("max_length", textual, "string or text")) {
        const auto most = f.length_bound();
        const auto n = number(o, "max_length", path, 0, 1, static_cast<std::int64_t>(most));
        if (n) f.max_length = static_cast<std::size_t>(*n);
    }
}

std::optional<std::int64_t> declaration_reader::number(const json::object& o, std::string_view name,
                                                       const std::string& path, int scale, std::int64_t least,
                                                       std::int64_t most) {
    const auto* v = member(o, name);
    if (v == nullptr) return std::nullopt;
    profile_field rule;
    rule.kind = scale == 0 ? field_kind::integer : field_kind::decimal;
    rule.decimals = scale;
    rule.min = least;
    rule.max = most;
    const auto read = read_field(rule, *v);
    if (!read.ok() || read.json == "null") {
        fail(path_below(path, name), read.ok() ? "This field may not be blank." : read.message);
        return std::nullopt;
    }
    return scale == 0
               ? parse_integer<std::int64_t>(read.json)
               : parse_scaled_exact(std::string_view(read.json).substr(1, read.json.size() - 2), scale);
}

} // namespace voltlane::api
