#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

namespace voltlane::pg {

using rows = pqxx::result;
using row = pqxx::row;
using field = pqxx::field;

// A timestamptz both ways: microseconds, UTC. Connections have TimeZone=UTC and DateStyle=ISO, so that the
// server writes `2025-09-05 16:10:20.123456+00`. Years before 1 and after 9999 are clamped (a charger's clock
// may say anything).
void append_time(std::string& out, timestamp t);
std::string time_text(timestamp t);
timestamp parse_time(std::string_view text); // throws failure(defect)

// The text of a field that is not null; stands as long as the rows.
inline std::string_view view(const field& f) {
    return {f.c_str(), f.size()};
}

// Reading a field. get<T> throws failure(defect) where it is null or of another type; opt<T> is nullopt where
// it is null. T: bool, integers, double, std::string, timestamp, fixed<N> (numeric), named ids (tenant_id,
// account_id ...).
namespace detail {
template <class T>
struct reader {
    static T read(const field& f) { return f.as<T>(); }
};
template <>
struct reader<std::string> {
    static std::string read(const field& f) { return std::string(view(f)); }
};
template <>
struct reader<timestamp> {
    static timestamp read(const field& f) { return parse_time(view(f)); }
};
template <int Scale>
struct reader<fixed<Scale>> {
    static fixed<Scale> read(const field& f);
};
template <class Tag, class T>
struct reader<named<Tag, T>> {
    static named<Tag, T> read(const field& f) { return named<Tag, T>(reader<T>::read(f)); }
};
[[noreturn]] void wrong_field(const field& f, const char* what);
} // namespace detail

template <int Scale>
fixed<Scale> detail::reader<fixed<Scale>>::read(const field& f) {
    const auto value = fixed<Scale>::parse(view(f));
    if (!value) wrong_field(f, "is no decimal number");
    return *value;
}

template <class T>
T get(const field& f) {
    if (f.is_null()) detail::wrong_field(f, "is null");
    return detail::reader<T>::read(f);
}

template <class T>
std::optional<T> opt(const field& f) {
    if (f.is_null()) return std::nullopt;
    return detail::reader<T>::read(f);
}

// bytea: as a parameter (`\x...`) and from a field.
std::string bytea_text(std::string_view bytes);
std::string bytea(const field& f);

} // namespace voltlane::pg
