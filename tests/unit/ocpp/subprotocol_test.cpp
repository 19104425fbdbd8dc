#include "shared/ocpp/subprotocol.hpp"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::ocpp {
namespace {

struct offered {
    std::vector<std::string_view> lines;
    subprotocol_choice choice;
};

// Fuzz classes A1 to A3.
TEST(subprotocol, is_chosen_by_the_table) {
    using enum subprotocol_choice;
    const std::vector<offered> cases{
        {{}, none_offered},
        {{""}, none_offered},
        {{" , ,"}, none_offered},
        {{"ocpp1.6"}, ocpp16},
        {{" ocpp1.6 "}, ocpp16},
        {{"ocpp1.6,"}, ocpp16},
        {{" ,ocpp1.6"}, ocpp16},
        {{"ocpp0.1,ocpp1.6"}, ocpp16},
        {{"ocpp2.1, ocpp1.6"}, ocpp16},
        {{"ocpp1.6, ocpp2.1"}, ocpp16},
        {{"ocpp2.0.1", "ocpp1.6"}, ocpp16},
        {{"ocpp0.1"}, refused},
        {{"ocpp1.6j"}, refused},
        {{"OCPP1.6"}, refused},
        {{"ocpp1.6 ocpp2.0"}, refused},
        {{"ocpp2.0.1", "ocpp2.1"}, refused},
        {{"", "ocpp1.5"}, refused},
    };
    for (const auto& c : cases)
        EXPECT_EQ(choose_subprotocol(c.lines), c.choice) << (c.lines.empty() ? "(none)" : c.lines.front());
}

} // namespace
} // namespace voltlane::ocpp
