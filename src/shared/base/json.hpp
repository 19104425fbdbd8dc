#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

// Named jsonio so that `json` can stay the alias of boost::json.
// Writing JSON by appending to a caller's buffer, and reading members of a parsed object without exceptions.
namespace voltlane::jsonio {

// `text` as a JSON string with its quotes. Control characters, quotes and backslashes are escaped; bytes
// above 0x7f are copied, so the text must be valid UTF-8 (frames are checked on arrival).
void append_string(std::string& out, std::string_view text);

// ,"name": (no comma directly behind an opening brace or bracket), escaped as text is
void append_name(std::string& out, std::string_view name);
void append_member(std::string& out, std::string_view name, std::string_view text);
void append_member(std::string& out, std::string_view name, const char* text);
void append_member(std::string& out, std::string_view name, std::int64_t number);
void append_member(std::string& out, std::string_view name, int number);
void append_member(std::string& out, std::string_view name, bool flag);
// `raw` is JSON already.
void append_raw_member(std::string& out, std::string_view name, std::string_view raw);

// nullptr/nullopt where the member is absent, null or of another type.
const boost::json::value* find(const boost::json::object& o, std::string_view name); // null counts as absent
std::optional<std::string_view> find_string(const boost::json::object& o, std::string_view name);
std::optional<std::int64_t> find_integer(const boost::json::object& o, std::string_view name);
std::optional<bool> find_bool(const boost::json::object& o, std::string_view name);
const boost::json::object* find_object(const boost::json::object& o, std::string_view name);
const boost::json::array* find_array(const boost::json::object& o, std::string_view name);

} // namespace voltlane::jsonio
