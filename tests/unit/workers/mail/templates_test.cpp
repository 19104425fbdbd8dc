#include "workers/mail/templates.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace voltlane::workers {
namespace {

std::filesystem::path shipped() {
    auto folder = std::filesystem::path(__FILE__).parent_path();
    while (!std::filesystem::exists(folder / "templates" / "mail"))
        folder = folder.parent_path();
    return folder / "templates" / "mail";
}

// A copy of the shipped templates that a test may spoil.
class templates : public ::testing::Test {
protected:
    templates()
        : folder(std::filesystem::temp_directory_path() /
                 ("voltlane-templates-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(folder);
        std::filesystem::copy(shipped(), folder);
    }
    ~templates() override { std::filesystem::remove_all(folder); }

    void put(const std::string& file, const std::string& text) const {
        std::ofstream(folder / file, std::ios::binary) << text;
    }
    std::string wrong() const {
        std::string said;
        mail_templates::read(folder.string(), said);
        return said;
    }

    std::filesystem::path folder;
};

mail_values every_value(std::string_view name) {
    mail_values values;
    for (const auto list : {mail_templates::common_names(), mail_templates::names_of(name)})
        for (const auto value : list)
            values[std::string(value)] = "<" + std::string(value) + ">";
    return values;
}

TEST_F(templates, that_are_shipped_are_right_and_complete) {
    std::string said;
    const auto all = mail_templates::read(shipped().string(), said);
    ASSERT_EQ(said, "");
    for (const auto name : mail_templates::all()) {
        const auto mail = all.write(name, every_value(name));
        EXPECT_NE(mail.subject, "") << name;
        for (const auto* text : {&mail.subject, &mail.text, &mail.html})
            EXPECT_EQ(text->find("{{"), std::string::npos) << *text;
        // What carries a link carries it in both parts.
        for (const auto value : mail_templates::names_of(name)) {
            if (value != "link") continue;
            EXPECT_NE(mail.text.find("\n<link>\n"), std::string::npos) << name;
            EXPECT_NE(mail.html.find("href=\"&lt;link&gt;\""), std::string::npos) << name;
        }
        EXPECT_EQ(mail.html.find("<link>"), std::string::npos) << "unescaped: " << name;
    }
}

TEST_F(templates, that_name_an_unknown_value_stop_the_start) {
    put("verify_email.txt", "Subject: x\n\n{{link}} {{password}}\n");
    EXPECT_NE(wrong().find("verify_email.txt has an unknown placeholder {{password}}"), std::string::npos)
        << wrong();
    // A value of another mail is as unknown.
    put("verify_email.txt", "Subject: {{reason}}\n\nx\n");
    EXPECT_NE(wrong().find("{{reason}}"), std::string::npos) << wrong();
}

TEST_F(templates, are_checked_for_their_shape) {
    const std::pair<std::pair<std::string, std::string>, std::string> table[] = {
        {{"base.txt", "no content"}, "must have {{content}} once"},
        {{"base.html", "{{content}}{{content}}"}, "must have {{content}} once"},
        {{"base.html", "{{content}} {{link}}"}, "unknown placeholder {{link}}"},
        {{"invitation.txt", "Hello\n"}, "must begin with a line"},
        {{"invitation.txt", "Subject:  \n\nx"}, "must begin with a line"},
        {{"invitation.html", "{{link"}, "not closed"},
        {{"invitation.html", std::string(300 * 1024, 'x')}, "larger than"},
    };
    for (const auto& [file, said] : table) {
        const auto before = folder / (file.first + ".before");
        std::filesystem::copy_file(folder / file.first, before);
        put(file.first, file.second);
        EXPECT_NE(wrong().find(said), std::string::npos) << file.first << ": " << wrong();
        std::filesystem::rename(before, folder / file.first);
    }
    std::filesystem::remove(folder / "password_reset.html");
    EXPECT_NE(wrong().find("password_reset.html cannot be read"), std::string::npos) << wrong();
    std::string said;
    mail_templates::read((folder / "nowhere").string(), said);
    EXPECT_NE(said.find("cannot be read"), std::string::npos);
}

TEST_F(templates, fill_values_in_once_and_on_one_line) {
    put("base.txt", "{{content}}");
    put("base.html", "<i>{{subject}}</i>{{content}}");
    put("approval_refused.txt", "Subject: No, {{ reason }}\n\nWhy: {{reason}}, {{name}}\n");
    put("approval_refused.html", "<b>{{reason}}</b>");
    std::string said;
    const auto all = mail_templates::read(folder.string(), said);
    ASSERT_EQ(said, "");
    auto values = every_value("approval_refused");
    values["reason"] = "{{name}}\r\nBcc: <x@y>";
    values["name"] = "N";
    const auto mail = all.write("approval_refused", values);
    EXPECT_EQ(mail.subject, "No, {{name}}  Bcc: <x@y>");
    EXPECT_EQ(mail.text, "Why: {{name}}  Bcc: <x@y>, N");
    EXPECT_EQ(mail.html, "<i>No, {{name}}  Bcc: &lt;x@y&gt;</i><b>{{name}}\r\nBcc: &lt;x@y&gt;</b>");
}

} // namespace
} // namespace voltlane::workers
