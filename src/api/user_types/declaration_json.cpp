#include "api/user_types/declaration_json.hpp"

#include "api/json_text.hpp"
#include "api/user_types/declaration_reader.hpp"
#include "shared/base/log.hpp"

#include <boost/json/parse.hpp>

namespace voltlane::api {
namespace {

namespace json = boost::json;

void append_number(std::string& out, std::string_view name, const profile_field& f,
                   std::optional<std::int64_t> units) {
    if (!units) return;
    if (f.kind == field_kind::decimal) {
        jsonio::append_member(out, name, std::string_view(format_scaled(*units, f.decimals)));
    } else {
        jsonio::append_member(out, name, *units);
    }
}

// Everything of a field but the closing brace.
std::string open_field_json(const profile_field& f) {
    std::string out = "{";
    jsonio::append_member(out, "name", std::string_view(f.name));
    jsonio::append_member(out, "kind", to_string(f.kind));
    jsonio::append_member(out, "required", f.required);
    if (f.kind == field_kind::choice) {
        std::string choices = "[";
        for (const auto& c : f.choices) {
            std::string text;
            jsonio::append_string(text, c);
            append_element(choices, text);
        }
        jsonio::append_raw_member(out, "choices", choices + "]");
    }
    if (f.kind == field_kind::decimal) jsonio::append_member(out, "decimals", f.decimals);
    append_number(out, "min", f, f.min);
    append_number(out, "max", f, f.max);
    if (f.max_length) jsonio::append_member(out, "max_length", static_cast<std::int64_t>(*f.max_length));
    return out;
}

declared_by source_of(std::string_view text) {
    return text == to_string(declared_by::file) ? declared_by::file : declared_by::api;
}

void log_faults(const std::string& what, const declaration_reader& r) {
    for (const auto& fault : r.faults())
        log::get("api")->warn("{} is declared in a way this version does not know: {}: {}", what, fault.path,
                              fault.message);
}

} // namespace

std::string field_json(const profile_field& f) {
    return open_field_json(f) + "}";
}

std::string fields_json(const std::vector<profile_field>& fields) {
    std::string out = "[";
    for (const auto& f : fields)
        append_element(out, field_json(f));
    return out + "]";
}

std::string user_type_json(const user_type& t) {
    std::string out = "{";
    jsonio::append_member(out, "name", std::string_view(t.name));
    append_or_null(out, "flag", t.built_in() ? std::nullopt : std::optional(t.flag));
    append_or_null(out, "profile", t.built_in() ? std::nullopt : std::optional(t.profile_member()));
    jsonio::append_raw_member(out, "fields", fields_json(t.fields));
    jsonio::append_member(out, "self_registration", t.self_registration);
    jsonio::append_member(out, "source", to_string(t.source));
    return out + "}";
}

std::string shared_fields_json(const declarations& d) {
    std::string list = "[";
    for (const auto& s : d.shared) {
        auto one = open_field_json(s.field);
        jsonio::append_member(one, "source", to_string(s.source));
        append_element(list, one + "}");
    }
    return "{\"fields\":" + list + "]}";
}

store::user_type_row row_of(const user_type& t) {
    return {t.name, t.flag, fields_json(t.fields), std::string(to_string(t.source)), t.self_registration};
}

std::vector<store::shared_field_row> rows_of(const std::vector<shared_field>& fields) {
    std::vector<store::shared_field_row> rows;
    for (const auto& f : fields)
        rows.push_back({f.field.name, field_json(f.field), std::string(to_string(f.source))});
    return rows;
}

declarations declarations_of(const store::declared_user_types& rows) {
    auto d = built_in_declarations();
    d.revision = rows.revision;
    for (const auto& row : rows.types) {
        declaration_reader r(declaration_reader::unknown_members::ignored);
        d.types.push_back({row.name, row.flag, r.fields(json::parse(row.fields), "fields"),
                           source_of(row.source), row.self_registration});
        log_faults("the user type " + row.name, r);
    }
    for (const auto& row : rows.shared) {
        declaration_reader r(declaration_reader::unknown_members::ignored);
        if (auto f = r.field(json::parse(row.field), row.name))
            d.shared.push_back({std::move(*f), source_of(row.source)});
        log_faults("the shared field " + row.name, r);
    }
    return d;
}

} // namespace voltlane::api
