#pragma once

#include "simulator/scenario.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace voltlane::simulator {

struct scenario_file {
    scenario value;
    // `demo.yaml:12: sessions.length: ...`, all of them; empty: `value` is good.
    std::vector<std::string> errors;
};

// `text` is YAML; `name` stands in the errors. What a file does not say keeps its default; a key that is not
// known is an error, so that a misspelt one does not silently do nothing.
scenario_file read_scenario(std::string_view text, std::string_view name);

// From a file; one that cannot be opened is an error as well.
scenario_file load_scenario(const std::string& path);

} // namespace voltlane::simulator
