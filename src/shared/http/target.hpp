#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Request targets: paths, queries and percent-encoding (RFC 3986).
namespace voltlane::http {

// nullopt for a broken escape. `plus_is_blank` in queries only.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);
// Everything but unreserved characters is encoded.
std::string percent_encode(std::string_view text);

// First parameter of that name, decoded; nullopt where absent or not decodable.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

// Decoded name and value pairs in order; undecodable ones are left out.
std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view query);

// Splits a target in origin form ("/a/b?x=1") or absolute form ("http://host/a") into path and query; nullopt
// for others and for an empty one. A fragment is cut.
std::optional<std::pair<std::string_view, std::string_view>> split_target(std::string_view target);

} // namespace voltlane::http
