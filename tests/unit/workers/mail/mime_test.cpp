#include "workers/mail/mime.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

using namespace std::chrono;

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos;) {
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 2);
    }
    if (!text.empty()) lines.emplace_back(text);
    return lines;
}

mail an_example() {
    mail m;
    m.id = "6f1f6d0e-0000-4000-8000-000000000001";
    m.from = {"Voltlane", "no-reply@voltlane.example"};
    m.to = {"", "driver@example.com"};
    m.subject = "Reset your password";
    m.text = "Hello\n\nhttps://example.com/?a=b\n";
    m.html = "<p>Hello</p>";
    m.at = sys_days{year{2025} / September / 5} + hours{16} + minutes{10} + seconds{20};
    return m;
}

TEST(quoted_printable, table) {
    const std::pair<std::string, std::string> table[] = {
        {"", ""},
        {"abc", "abc\r\n"},
        {"a\nb\r\nc", "a\r\nb\r\nc\r\n"},
        {"a=b", "a=3Db\r\n"},
        {"blank \nend", "blank=20\r\nend\r\n"},
        {"tab\t", "tab=09\r\n"},
        {"Zürich", "Z=C3=BCrich\r\n"},
        {std::string("nul\0x", 5), "nul=00x\r\n"},
        {".", ".\r\n"},
        {"\rlone", "=0Dlone\r\n"},
        {std::string(76, 'x'), std::string(76, 'x') + "\r\n"},
        {std::string(77, 'x'), std::string(75, 'x') + "=\r\nxx\r\n"},
    };
    for (const auto& [in, out] : table)
        EXPECT_EQ(quoted_printable(in), out) << in;
}

TEST(quoted_printable, lines_are_short_whatever_comes) {
    std::string text;
    for (int i = 0; i < 4000; ++i)
        text += i % 7 == 0 ? "ü" : i % 11 == 0 ? "=" : i % 13 == 0 ? " " : "x";
    for (const auto& line : lines_of(quoted_printable(text)))
        EXPECT_LE(line.size(), 76u);
}

TEST(header_value, table) {
    const std::pair<std::string, std::string> table[] = {
        {"", ""},
        {"Reset your password", "Reset your password"},
        {"  trimmed ", "trimmed"},
        {"a\r\nBcc: x@y.z", "a  Bcc: x@y.z"},
        {"a\nb", "a b"},
        {"Grüße", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?="},
        {"looks =?UTF-8?Q?like?= one", "=?UTF-8?Q?looks_=3D=3FUTF-8=3FQ=3Flike=3F=3D_one?="},
    };
    for (const auto& [in, out] : table)
        EXPECT_EQ(header_value(in, 9), out) << in;
}

TEST(header_value, is_folded_and_never_splits_a_character) {
    std::string words;
    for (int i = 0; i < 60; ++i)
        words += "word ";
    std::string umlauts;
    for (int i = 0; i < 100; ++i)
        umlauts += "€";
    for (const auto& text : {words, umlauts, std::string(300, 'x')}) {
        const auto lines = lines_of(header_value(text, 9));
        ASSERT_GT(lines.size(), 1u);
        EXPECT_LE(lines[0].size() + 9, 76u);
        for (std::size_t i = 1; i < lines.size(); ++i) {
            EXPECT_EQ(lines[i].front(), ' ');
            EXPECT_LE(lines[i].size(), 76u);
        }
        if (text != umlauts) continue;
        for (const auto& line : lines) { // each word holds whole characters: three octets each
            const auto octets = std::count(line.begin(), line.end(), '=') - 2;
            EXPECT_EQ(octets % 3, 0) << line;
        }
    }
}

TEST(mail_date, is_in_utc_and_english) {
    EXPECT_EQ(mail_date(an_example().at), "Fri, 05 Sep 2025 16:10:20 +0000");
    EXPECT_EQ(mail_date(sys_days{year{2024} / February / 29}), "Thu, 29 Feb 2024 00:00:00 +0000");
}

TEST(escape_html, covers_text_and_attributes) {
    EXPECT_EQ(escape_html("<a href='x' b=\"y\">&</a>"),
              "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;&lt;/a&gt;");
}

TEST(mailboxes, are_read) {
    mailbox m;
    EXPECT_EQ(parse_mailbox("Voltlane <no-reply@voltlane.example>", m), "");
    EXPECT_EQ(m.name, "Voltlane");
    EXPECT_EQ(m.address, "no-reply@voltlane.example");
    EXPECT_EQ(parse_mailbox("\"Volt, Lane\" <a@b.c>", m), "");
    EXPECT_EQ(m.name, "Volt, Lane");
    EXPECT_EQ(parse_mailbox(" a@b.c ", m), "");
    EXPECT_EQ(m.name, "");
    for (const auto* wrong : {"", "Voltlane", "Voltlane <a>", "x <a@b.c", "a@b.c\r\nBcc: d@e.f", "a b@c.d",
                              "x\ny <a@b.c>", "<a@b.c> x"})
        EXPECT_NE(parse_mailbox(wrong, m), "") << wrong;
}

TEST(mail_addresses, table) {
    for (const auto* good : {"a@b", "driver+tag@example.com", "o'hara@example.com", "ü@example.com"})
        EXPECT_TRUE(is_mail_address(good)) << good;
    for (const auto* bad :
         {"", "@", "a@", "@b", "a", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>", "a@b,c@d", "a@b;",
          "a\"@b", "a@[127.0.0.1]", "a\\@b", "(x)a@b", "a\t@b", "a\x7f@b"})
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    EXPECT_FALSE(is_mail_address(std::string(260, 'a') + "@b.c"));
    EXPECT_EQ(domain_of("a@b.c"), "b.c");
}

TEST(compose, makes_two_parts_and_says_that_a_machine_wrote_it) {
    const auto m = an_example();
    const auto text = compose(m);
    const auto head = text.substr(0, text.find("\r\n\r\n"));
    for (const auto* line :
         {"Date: Fri, 05 Sep 2025 16:10:20 +0000", "From: Voltlane\r\n <no-reply@voltlane.example>",
          "To: driver@example.com", "Subject: Reset your password",
          "Message-ID: <6f1f6d0e-0000-4000-8000-000000000001@voltlane.example>",
          "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: multipart/alternative;"})
        EXPECT_NE(head.find(line), std::string::npos) << line;
    const auto plain = text.find("Content-Type: text/plain; charset=utf-8");
    const auto html = text.find("Content-Type: text/html; charset=utf-8");
    ASSERT_NE(plain, std::string::npos);
    ASSERT_NE(html, std::string::npos);
    EXPECT_LT(plain, html);
    EXPECT_NE(text.find("https://example.com/?a=3Db\r\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("--\r\n"));
    for (std::size_t i = 0; i < text.size(); ++i) // no bare line end
        if (text[i] == '\n') EXPECT_EQ(text[i - 1], '\r');
}

TEST(compose, lets_no_value_begin_a_header) {
    auto m = an_example();
    m.subject = "x\r\nBcc: victim@example.com\r\n\r\nbody";
    m.from.name = "Evil\r\nBcc: victim@example.com";
    m.id = "x\r\nBcc: victim@example.com";
    const auto text = compose(m);
    for (const auto& line : lines_of(text))
        EXPECT_FALSE(line.starts_with("Bcc")) << line;
    EXPECT_EQ(lines_of(text.substr(0, text.find("\r\n\r\n"))).size(),
              lines_of(compose(an_example()).substr(0, compose(an_example()).find("\r\n\r\n"))).size());
}

} // namespace
} // namespace voltlane::workers
