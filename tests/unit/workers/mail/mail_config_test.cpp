#include "workers/mail/mail_config.hpp"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

mail_config complete() {
    mail_config c;
    c.smtp_url = "smtp://127.0.0.1:2525";
    c.mail_from = "Voltlane <no-reply@voltlane.example>";
    c.public_api_url = "https://api.example.com/";
    return c;
}

TEST(mail_config, needs_nothing_without_a_server) {
    EXPECT_EQ(check(mail_config{}), "");
    EXPECT_FALSE(mail_config{}.enabled());
}

TEST(mail_config, names_what_is_missing) {
    EXPECT_EQ(check(complete()), "");
    auto c = complete();
    c.mail_from.clear();
    EXPECT_NE(check(c).find("--mail-from"), std::string::npos);
    c = complete();
    c.public_api_url.clear();
    EXPECT_NE(check(c).find("--public-api-url"), std::string::npos);
    c = complete();
    c.smtp_user = "me";
    EXPECT_NE(check(c).find("belong together"), std::string::npos);
}

TEST(mail_config, sends_no_password_in_the_clear_by_accident) {
    auto c = complete();
    c.smtp_user = "me";
    c.smtp_password = "geheim";
    EXPECT_EQ(check(c), "");
    c.smtp_starttls = "optional";
    EXPECT_NE(check(c).find("in the clear"), std::string::npos);
    EXPECT_EQ(check(c).find("geheim"), std::string::npos);
    c.smtp_starttls = "off";
    EXPECT_EQ(check(c), "");
    c.smtp_starttls = "optional";
    c.smtp_url = "smtps://127.0.0.1";
    EXPECT_EQ(check(c), "");
}

TEST(mail_config, finds_a_file_of_certificates_missing_at_the_start) {
    auto c = complete();
    const std::string readable = ::testing::TempDir() + "mail_config_test.pem";
    std::ofstream(readable) << "-----BEGIN CERTIFICATE-----\n";
    c.smtp_ca_file = readable;
    EXPECT_EQ(check(c), "");
    for (const std::string bad : {readable + ".missing", ::testing::TempDir()}) {
        c.smtp_ca_file = bad;
        EXPECT_NE(check(c).find("--smtp-ca-file"), std::string::npos) << bad;
    }
    std::remove(readable.c_str());
}

TEST(mail_config, becomes_settings) {
    const auto s = settings_of(complete());
    EXPECT_EQ(s.letters.public_api_url, "https://api.example.com");
    EXPECT_EQ(s.letters.dashboard_url, "https://api.example.com");
    EXPECT_EQ(s.smtp.encryption, starttls::required);
    EXPECT_EQ(s.from.address, "no-reply@voltlane.example");
    EXPECT_LE(s.smtp.connect_limit, s.smtp.total_limit);
}

TEST(mail_config, hides_the_password_and_reports_wrong_values) {
    mail_config c;
    options o("voltlane-worker", "test");
    bind(o, c);
    const char* good[] = {"w", "--smtp-url", "smtp://h", "--smtp-password", "geheim"};
    EXPECT_EQ(o.parse(5, good), -1);
    EXPECT_EQ(o.summary().find("geheim"), std::string::npos);
    const char* wrong[][3] = {{"w", "--smtp-url", "http://h"},
                              {"w", "--mail-from", "nobody"},
                              {"w", "--smtp-starttls", "maybe"},
                              {"w", "--dashboard-url", "javascript:x"},
                              {"w", "--reset-token-minutes", "0"}};
    for (const auto& arguments : wrong) {
        mail_config d;
        options p("voltlane-worker", "test");
        bind(p, d);
        EXPECT_EQ(p.parse(3, arguments), 2) << arguments[1];
    }
}

} // namespace
} // namespace voltlane::workers
