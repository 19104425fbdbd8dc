#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

// Golden JSON texts, one file a case: golden/<schema>.<case>.json, where <schema> is the record's name in
// topics/asyncapi.yaml (tests/lint holds each file against it). With VOLTLANE_UPDATE_GOLDEN set they are
// written anew: look at the difference before you keep it, since every reader of the topic will see it too.
namespace voltlane::events::testing {

inline std::filesystem::path golden_folder() {
    return std::filesystem::path(__FILE__).parent_path() / "golden";
}

inline std::string golden_text(const std::string& name) {
    std::ifstream file(golden_folder() / (name + ".json"), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    std::string out = text.str();
    if (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

inline void expect_golden(const std::string& name, std::string_view actual) {
    if (std::getenv("VOLTLANE_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(golden_folder() / (name + ".json"), std::ios::binary) << actual << '\n';
    }
    EXPECT_EQ(golden_text(name), actual) << "golden/" << name << ".json";
}

} // namespace voltlane::events::testing
