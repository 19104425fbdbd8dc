#pragma once

#include "shared/base/errors.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace voltlane::events::testing {

// What a parser of any family must refuse, made from one good value: nothing, parts of it, another type at
// each of its members, another version, bad UTF-8, great depth and size.
inline std::vector<std::string> hostile_variants(const std::string& good) {
    std::vector<std::string> all{"",
                                 "null",
                                 "[]",
                                 "1",
                                 "\"text\"",
                                 "{}",
                                 "{",
                                 "{\"v\":1",
                                 "{\"v\":1}",
                                 "{\"v\":1}trailing",
                                 good + "x",
                                 "\xff",
                                 good + good,
                                 "{\"v\":\"1\"}",
                                 std::string("\0\0", 2)};
    for (std::size_t i = 1; i < good.size(); ++i)
        all.push_back(good.substr(0, i));
    const auto with_version = [&](const std::string& version) {
        return "{\"v\":" + version + good.substr(good.find(','));
    };
    for (const char* version : {"2", "0", "-1", "1.0", "99999999999999999999", "null", "true"})
        all.push_back(with_version(version));
    all.push_back(good.substr(0, good.size() - 1) + ",\"x\":" + std::string(100'000, '[') +
                  std::string(100'000, ']') + "}");
    all.push_back(good.substr(0, good.size() - 1) + ",\"x\":\"\xc3\x28\"}");
    all.push_back(good.substr(0, good.size() - 1) + ",\"x\":\"" + std::string(3 * 1024 * 1024, 'a') + "\"}");
    return all;
}

template <class Parse>
void expect_hostile_refused(const std::string& good, Parse&& parse) {
    ASSERT_TRUE(parse(good)) << good;
    for (const auto& text : hostile_variants(good)) {
        const auto r = parse(text);
        ASSERT_FALSE(r) << text.substr(0, 200);
        ASSERT_EQ(r.error(), errc::corrupt) << text.substr(0, 200);
    }
}

// Each required member, taken from a compact golden text by name: refused when it is missing, null or of a
// wrong type.
template <class Parse>
void expect_required(const std::string& good, const std::vector<std::string_view>& names, Parse&& parse) {
    for (const auto name : names) {
        const std::string quoted = '"' + std::string(name) + "\":";
        const auto at = good.find(quoted);
        ASSERT_NE(at, std::string::npos) << name;
        std::string renamed = good;
        renamed.replace(at, quoted.size(), "\"~" + quoted.substr(1));
        EXPECT_FALSE(parse(renamed)) << name << " missing";
        for (const char* wrong : {"null,\"~a\":", "[[]],\"~a\":"}) {
            std::string other = good;
            other.insert(at + quoted.size(), wrong);
            EXPECT_FALSE(parse(other)) << name << ' ' << wrong;
        }
    }
}

// A newer writer of the same version may add members.
template <class Parse>
void expect_unknown_members_ignored(const std::string& good, Parse&& parse) {
    EXPECT_TRUE(parse(good.substr(0, good.size() - 1) + R"(,"later":{"a":[1,"}"]}})"));
}

} // namespace voltlane::events::testing
