#include "workers/mail/smtp_client.hpp"

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using verdict = smtp_result::verdict;

TEST(smtp_refusals, table) {
    struct row {
        const char* step;
        int code;
        verdict want;
    };
    const row table[] = {
        {"RCPT", 550, verdict::refused},
        {"RCPT", 553, verdict::refused},
        {"end of data", 554, verdict::refused},
        {"end of data", 552, verdict::refused},
        {"RCPT", 450, verdict::later},
        {"RCPT", 421, verdict::later},
        {"end of data", 451, verdict::later},
        // Our login or our sender: nothing that this mail could help.
        {"RCPT", 530, verdict::later},
        {"AUTH", 535, verdict::later},
        {"MAIL", 550, verdict::later},
        {"EHLO", 554, verdict::later},
        {"STARTTLS", 502, verdict::later},
        {"DATA", 554, verdict::later},
        {"connect", 554, verdict::later},
    };
    for (const auto& r : table)
        EXPECT_EQ(judge_refusal(r.step, r.code), r.want) << r.step << ' ' << r.code;
}

TEST(smtp_urls, table) {
    for (const auto* good : {"", "smtp://mail.example.com", "smtp://127.0.0.1:2525", "smtps://[::1]:465"})
        EXPECT_EQ(check_smtp_url(good), "") << good;
    for (const auto* bad : {"mail.example.com", "http://x", "smtp://", "smtp://user:secret@host",
                            "smtp://h/p", "smtp://h?x", "smtp://h\r\nx", "SMTP ://h"}) {
        EXPECT_NE(check_smtp_url(bad), "") << bad;
        EXPECT_EQ(check_smtp_url(bad).find("secret"), std::string::npos);
    }
}

TEST(smtp_encryption, has_three_names) {
    starttls parsed{};
    EXPECT_TRUE(parse_starttls("required", parsed) && parsed == starttls::required);
    EXPECT_TRUE(parse_starttls("optional", parsed) && parsed == starttls::optional);
    EXPECT_TRUE(parse_starttls("off", parsed) && parsed == starttls::off);
    for (const auto* bad : {"", "on", "Required", "required "})
        EXPECT_FALSE(parse_starttls(bad, parsed)) << bad;
}

} // namespace
} // namespace voltlane::workers
