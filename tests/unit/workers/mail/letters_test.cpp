#include "workers/mail/letters.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

TEST(durations, are_said_in_words) {
    const std::pair<std::chrono::minutes, std::string> table[] = {
        {1min, "1 minute"}, {5min, "5 minutes"}, {60min, "1 hour"},         {90min, "90 minutes"},
        {48h, "48 hours"},  {24h * 7, "7 days"}, {71h + 59min, "72 hours"}, {24h * 7 - 1min, "7 days"},
    };
    for (const auto& [d, text] : table)
        EXPECT_EQ(duration_text(d), text) << d.count();
}

TEST(names, that_are_none_are_not_shown) {
    EXPECT_EQ(shown_name("Ada Lovelace", "ada"), "Ada Lovelace");
    EXPECT_EQ(shown_name("", "ada"), "ada");
    EXPECT_EQ(shown_name("  ", "ada"), "ada");
    EXPECT_EQ(shown_name("win at http://evil.example", "ada"), "ada");
    EXPECT_EQ(shown_name("WWW.evil.example", "evil.example/x"), "a user of Voltlane");
    EXPECT_EQ(shown_name(std::string(200, 'x'), "ada"), "ada");
    EXPECT_EQ(shown_name("", ""), "a user of Voltlane");
    EXPECT_EQ(shown_name("", "", "a tenant"), "a tenant");
    for (const auto* address :
         {"evil.example", "Get rich: evil.example", "a.b", "1.2.3.4", "bücher。de", "x．y", "ü.de", "x｡y"})
        EXPECT_EQ(shown_name(address, "ada"), "ada") << address;
    for (const auto* name : {"Ada L. Lovelace", "Dr. Ada", "Ada.", ".ada", "Ada & Co. KG", "..."})
        EXPECT_EQ(shown_name(name, "ada"), name);
}

} // namespace
} // namespace voltlane::workers
