#include "shared/pg/values.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/failure.hpp"

#include <algorithm>

namespace voltlane::pg {
namespace {

using namespace std::chrono;

constexpr timestamp first_writable = sys_days{year{1} / January / 1};
constexpr timestamp last_writable = sys_days{year{10'000} / January / 1} - microseconds{1};

} // namespace

void append_time(std::string& out, timestamp t) {
    append_micros(out, std::clamp(t, first_writable, last_writable));
}

std::string time_text(timestamp t) {
    std::string out;
    append_time(out, t);
    return out;
}

timestamp parse_time(std::string_view text) {
    // `+00`, the only offset a session in UTC writes, is short of RFC 3339's `+00:00`.
    std::string rfc(text);
    if (rfc.size() > 3 && (rfc[rfc.size() - 3] == '+' || rfc[rfc.size() - 3] == '-')) rfc += ":00";
    if (const auto t = parse_rfc3339(rfc)) return *t;
    throw failure(failure_kind::defect, {}, "not a timestamptz in UTC: " + rfc);
}

void detail::wrong_field(const field& f, const char* what) {
    throw failure(failure_kind::defect, {}, std::string("column ") + f.name() + " " + what);
}

std::string bytea_text(std::string_view bytes) {
    return "\\x" + to_hex(bytes);
}

std::string bytea(const field& f) {
    const auto text = view(f);
    if (f.is_null() || !text.starts_with("\\x")) detail::wrong_field(f, "is no bytea");
    auto bytes = from_hex(text.substr(2));
    if (!bytes) detail::wrong_field(f, "is no bytea");
    return std::move(*bytes);
}

} // namespace voltlane::pg
