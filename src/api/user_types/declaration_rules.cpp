#include "api/user_types/declaration_rules.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace voltlane::api {
namespace {

// Members of the profile object and of the answers and requests that it, or its fields, stand in.
constexpr std::array<std::string_view, 34> reserved{"id",
                                                    "username",
                                                    "email",
                                                    "first_name",
                                                    "last_name",
                                                    "full_name",
                                                    "birthday",
                                                    "date_of_birth",
                                                    "gender",
                                                    "user_type",
                                                    "role",
                                                    "is_approved",
                                                    "approved_at",
                                                    "date_joined",
                                                    "phone",
                                                    "phone_number",
                                                    "parent_customer_id",
                                                    "success",
                                                    "message",
                                                    "errors",
                                                    "detail",
                                                    "user",
                                                    "profile",
                                                    "password",
                                                    "password2",
                                                    "confirm_password",
                                                    "new_password",
                                                    "non_field_errors",
                                                    "is_active",
                                                    "expiry_date",
                                                    "refresh",
                                                    "access",
                                                    "refresh_token",
                                                    "access_token"};

// Who has which member of the profile object.
using owners = std::map<std::string, std::string, std::less<>>;

owners members_of(const declarations& d, bool with_shared) {
    owners found;
    for (const auto name : reserved)
        found.emplace(name, "a member that every profile has");
    if (with_shared) {
        for (const auto& s : d.shared)
            found.emplace(s.field.name, "a shared field");
    }
    for (const auto& t : d.types) {
        found.emplace(t.profile_member(), "the profile of type " + t.name);
        if (!t.built_in()) found.emplace(t.flag, "the flag of type " + t.name);
    }
    return found;
}

void require_free(const owners& taken, std::string_view name, std::string path, declaration_reader& r) {
    const auto found = taken.find(name);
    if (found != taken.end())
        r.fail(std::move(path), "\"" + std::string(name) + "\" is " + found->second + " already.");
}

} // namespace

void check_user_type(const declarations& others, const user_type& t, const std::string& path,
                     declaration_reader& r) {
    const auto own =
        std::count_if(others.types.begin(), others.types.end(), [](const auto& o) { return !o.built_in(); });
    if (static_cast<std::size_t>(own) >= most_user_types)
        r.fail(path_below(path, "name"),
               "there are " + std::to_string(most_user_types) + " user types already, which is the most.");
    const auto twin = std::find_if(others.types.begin(), others.types.end(),
                                   [&t](const user_type& o) { return iequals(o.name, t.name); });
    if (twin != others.types.end())
        return r.fail(path_below(path, "name"), "A user type with this name already exists.");

    auto taken = members_of(others, true);
    std::map<std::string_view, std::string> elsewhere; // fields of other types: they may be sent at top level
    for (const auto& o : others.types)
        for (const auto& f : o.fields)
            elsewhere.emplace(f.name, "a field of type " + o.name);
    const auto require_new = [&](const std::string& name, const std::string& at) {
        require_free(taken, name, at, r);
        if (const auto found = elsewhere.find(name); found != elsewhere.end())
            r.fail(at, "\"" + name + "\" is " + found->second + " already.");
    };
    require_new(t.profile_member(), path_below(path, "name"));
    require_new(t.flag, path_below(path, "flag"));
    if (t.flag == t.profile_member()) r.fail(path_below(path, "flag"), "is the name of the type's profile.");

    taken.emplace(t.profile_member(), "the profile of this type");
    taken.emplace(t.flag, "the flag of this type");
    for (std::size_t i = 0; i < t.fields.size(); ++i)
        require_free(taken, t.fields[i].name, path_below(path_below(path_below(path, "fields"), i), "name"),
                     r);
}

void check_shared_fields(const declarations& d, const std::vector<shared_field>& fields,
                         const std::string& path, declaration_reader& r) {
    if (fields.size() > most_profile_fields)
        r.fail(path, "must have at most " + std::to_string(most_profile_fields) + " fields.");
    auto taken = members_of(d, false);
    for (const auto& t : d.types)
        for (const auto& f : t.fields)
            taken.emplace(f.name, "a field of type " + t.name);
    for (std::size_t i = 0; i < fields.size(); ++i)
        require_free(taken, fields[i].field.name, path_below(path_below(path, i), "name"), r);
}

} // namespace voltlane::api
