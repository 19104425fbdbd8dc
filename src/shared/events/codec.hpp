#pragma once

#include "shared/base/errors.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/json.hpp"
#include "shared/base/time.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

// How every record of this library is written and read; internal to it.
//
// A value is one JSON object whose first member is `"v"`, its schema version. A reader takes its own version
// and the one before, ignores members it does not know, takes null for absent, and answers errc::corrupt to
// everything else: a record that cannot be read is set aside as a whole, never half understood.
namespace voltlane::events::codec {

// A value larger than this is corrupt unread. The broker's own bound on a record (max.message.bytes, 1 MiB)
// is below.
inline constexpr std::size_t max_value_bytes = 2 * 1024 * 1024;
// Nesting that a reader follows. Frames are checked on arrival against a smaller bound and travel two levels
// deeper.
inline constexpr std::size_t max_depth = 64;
// Temporary room of the parser on the stack: enough for the largest usual value without touching the heap.
inline constexpr std::size_t parser_room_bytes = 4096;

// Parses into `memory`; nullopt unless `text` is one JSON object within the bounds, in valid UTF-8.
std::optional<boost::json::value> parse_object(std::string_view text,
                                               boost::json::monotonic_resource& memory);

// The text of a top-level member of an object that was parsed without error: verbatim, blanks around it cut.
// Empty where it is absent or null. The last one counts where a name is repeated, as in the parsed object.
std::string_view raw_member(std::string_view object_text, std::string_view name) noexcept;

// `"v"` is 1..current.
bool version_accepted(const boost::json::object& o, int current) noexcept;

bool is_utf8(std::string_view text) noexcept;

// Times a JSON text can carry: years 0000 to 9999. A charger's clock with an offset can lie outside.
constexpr bool writable(timestamp t) noexcept {
    using namespace std::chrono;
    return t >= sys_days{year{0} / January / 1} && t < sys_days{year{10'000} / January / 1};
}

void append_member(std::string& out, std::string_view name, timestamp t);
void append_member(std::string& out, std::string_view name, const epoch& e);
// Nothing where the value is empty (absent and empty are the same to readers).
void append_optional(std::string& out, std::string_view name, std::string_view text);
void append_optional(std::string& out, std::string_view name, const std::optional<std::int64_t>& number);
// Nothing either where the time is not writable.
void append_optional(std::string& out, std::string_view name, const std::optional<timestamp>& t);
void append_optional(std::string& out, std::string_view name, const std::optional<account_id>& id);

// Reads members of one object and remembers in `ok` (shared by the readers of one record) that something was
// missing or of a wrong type; values read after that mean nothing. Views stand in the parsed object.
class reader {
public:
    reader(const boost::json::object& o, bool& ok) : object_(o), ok_(ok) {}

    std::string_view text(std::string_view name);          // must be there, may be empty
    std::string_view optional_text(std::string_view name); // empty where absent
    std::string_view text_or(std::string_view name, std::string_view usual);
    std::int64_t number(std::string_view name);
    std::optional<std::int64_t> optional_number(std::string_view name);
    bool flag(std::string_view name);
    timestamp time(std::string_view name);
    std::optional<timestamp> optional_time(std::string_view name);
    epoch known_epoch(std::string_view name);
    epoch optional_epoch(std::string_view name); // not known() where absent
    std::optional<account_id> optional_account(std::string_view name);
    const boost::json::object& object(std::string_view name);          // an empty one where wrong
    const boost::json::object* optional_object(std::string_view name); // nullptr where absent
    const boost::json::array& array(std::string_view name);            // an empty one where wrong
    reader nested(std::string_view name) { return {object(name), ok_}; }
    reader element(const boost::json::value& v); // of an array: must be an object

    // A number within the range of T.
    template <class T>
    T integer(std::string_view name) {
        const auto n = number(name);
        if (n < std::numeric_limits<T>::min() || n > std::int64_t{std::numeric_limits<T>::max()}) fail();
        return static_cast<T>(n);
    }
    void fail() noexcept { ok_ = false; }

private:
    const boost::json::value* find(std::string_view name) const { return jsonio::find(object_, name); }

    const boost::json::object& object_;
    bool& ok_;
};

// Parses `text`, checks its version and calls `read(reader&) -> T`: the whole of a small record's parser.
template <class T, class Read>
result<T> parse_record(std::string_view text, int version, Read&& read) {
    unsigned char buffer[2048];
    boost::json::monotonic_resource memory(buffer, sizeof buffer);
    const auto root = parse_object(text, memory);
    if (!root || !version_accepted(root->get_object(), version)) return errc::corrupt;
    bool ok = true;
    reader r(root->get_object(), ok);
    T value = read(r);
    if (!ok) return errc::corrupt;
    return value;
}

} // namespace voltlane::events::codec
