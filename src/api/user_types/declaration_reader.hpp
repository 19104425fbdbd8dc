#pragma once

#include "api/user_types/declarations.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace voltlane::api {

// What is wrong with a declaration, and where: "types[1].fields[0].kind". The path's first segment is a
// request's field, or a file's member.
struct declaration_fault {
    std::string path;
    std::string message;

    friend bool operator==(const declaration_fault&, const declaration_fault&) = default;
};

// Reads declarations from JSON: a request's, a stored row's, or a file's after it was turned into JSON. Goes
// on after a fault, so that one reading finds them all, up to a bound.
class declaration_reader {
public:
    enum class unknown_members { refused, ignored };

    explicit declaration_reader(unknown_members u) : unknown_(u) {}

    // {"name","flag","fields","self_registration"}. `path`: where the object stands, empty: it is the whole.
    // nullopt: faults were added. `name`: of the type, where it stands elsewhere (in a request's path).
    std::optional<user_type> type(const boost::json::value& v, const std::string& path,
                                  std::string_view name = {});
    // An array of {"name","kind","required","choices","min","max","max_length","decimals"}. What could be
    // read, in its order.
    std::vector<profile_field> fields(const boost::json::value& v, const std::string& path);
    std::optional<profile_field> field(const boost::json::value& v, const std::string& path);
    // Only what a flag's text must be like.
    std::string flag(const boost::json::value& v, const std::string& path);
    // false where it is none, which is a fault.
    bool boolean(const boost::json::value& v, const std::string& path);

    // No more are kept than a person reads.
    static constexpr std::size_t most_faults = 20;
    void fail(std::string path, std::string message);
    const std::vector<declaration_fault>& faults() const noexcept { return faults_; }

    // Adds a fault and returns nullptr where `v` is no object.
    const boost::json::object* object(const boost::json::value& v, const std::string& path);
    void refuse_unknown(const boost::json::object& o, const std::string& path,
                        std::initializer_list<std::string_view> known);

private:
    std::string text(const boost::json::object& o, std::string_view name, const std::string& path);
    void read_numbers(const boost::json::object& o, const std::string& path, profile_field& f);
    void read_choices(const boost::json::object& o, const std::string& path, profile_field& f);
    std::optional<std::int64_t> number(const boost::json::object& o, std::string_view name,
                                       const std::string& path, int scale, std::int64_t least,
                                       std::int64_t most);

    unknown_members unknown_;
    std::vector<declaration_fault> faults_;
};

// "fields" below "types[0]": "types[0].fields".
std::string path_below(const std::string& path, std::string_view member);
std::string path_below(const std::string& path, std::size_t index);

} // namespace voltlane::api
