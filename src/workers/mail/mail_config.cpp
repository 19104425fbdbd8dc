#include "workers/mail/mail_config.hpp"

#include <algorithm>
#include <fstream>

namespace voltlane::workers {
namespace {

std::string check_web_url(std::string_view url) {
    if (url.empty()) return {};
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        return "must begin with http:// or https://";
    const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '?' && c != '#';
    });
    return clean ? "" : "must be a plain URL without query";
}

std::string without_slash(std::string url) {
    while (!url.empty() && url.back() == '/')
        url.pop_back();
    return url;
}

bool is_readable(const std::string& path) {
    std::ifstream file(path);
    return file.peek() != std::ifstream::traits_type::eof();
}

} // namespace

void bind(options& o, mail_config& c) {
    o.add("smtp-url", c.smtp_url,
          "the server that takes mails, smtp://host[:port] or smtps://host[:port]; empty: no mail is sent",
          check_smtp_url);
    o.add("smtp-user", c.smtp_user, "login at the SMTP server; empty: none");
    o.add_secret("smtp-password", c.smtp_password, "its password");
    o.add("smtp-starttls", c.smtp_starttls,
          "encryption after smtp://: required, optional (where the server offers it; not with a login), off",
          [](std::string_view text) {
              starttls parsed{};
              return std::string(parse_starttls(text, parsed) ? "" : "is none of required, optional, off");
          });
    o.add("smtp-ca-file", c.smtp_ca_file, "certificates (PEM) to trust; empty: the system's");
    o.add("smtp-seconds", c.smtp_seconds, "time for one mail's whole SMTP dialogue", 2, 300);
    o.add("smtp-connections", c.smtp_connections, "mails under way at once, each with a thread", 1, 32);
    o.add("mail-from", c.mail_from, "sender of all mails, \"Name <address>\"; needed with smtp-url",
          [](std::string_view text) {
              mailbox parsed;
              return text.empty() ? std::string() : parse_mailbox(text, parsed);
          });
    o.add("mail-templates", c.templates, "folder of the mails' texts");
    o.add("public-api-url", c.public_api_url,
          "where mails' readers reach the API, http[s]://host[:port]; needed with smtp-url", check_web_url);
    o.add("dashboard-url", c.dashboard_url,
          "where they reach the dashboard; empty: the same as public-api-url", check_web_url);
    o.add("reset-token-minutes", c.reset_token_minutes, "how long the link of a password reset works", 5,
          24 * 60);
    o.add("verify-token-hours", c.verify_token_hours, "how long the link that verifies an e-mail works", 1,
          24 * 30);
    o.add("invitation-days", c.invitation_days, "how long the link of an invitation works, at most", 1, 90);
}

std::string check(const mail_config& c) {
    if (!c.enabled()) return {};
    if (c.mail_from.empty()) return "--smtp-url needs --mail-from";
    if (c.public_api_url.empty()) return "--smtp-url needs --public-api-url: mails carry links to it";
    if (c.smtp_user.empty() != c.smtp_password.empty())
        return "--smtp-user and --smtp-password belong together";
    if (!c.smtp_user.empty() && c.smtp_starttls == "optional" && c.smtp_url.starts_with("smtp://"))
        return "--smtp-starttls optional could send the password in the clear: choose required, or off";
    if (!c.smtp_ca_file.empty() && !is_readable(c.smtp_ca_file))
        return "--smtp-ca-file " + c.smtp_ca_file + " cannot be read, or is empty";
    return {};
}

mail_settings settings_of(const mail_config& c) {
    mail_settings s;
    s.smtp.url = c.smtp_url;
    s.smtp.user = c.smtp_user;
    s.smtp.password = c.smtp_password;
    parse_starttls(c.smtp_starttls, s.smtp.encryption);
    s.smtp.ca_file = c.smtp_ca_file;
    s.smtp.total_limit = std::chrono::seconds(c.smtp_seconds);
    s.smtp.connect_limit = std::min<std::chrono::milliseconds>(s.smtp.connect_limit, s.smtp.total_limit);
    parse_mailbox(c.mail_from, s.from);
    s.letters.public_api_url = without_slash(c.public_api_url);
    s.letters.dashboard_url = without_slash(c.dashboard_url.empty() ? c.public_api_url : c.dashboard_url);
    s.letters.reset_token_life = std::chrono::minutes(c.reset_token_minutes);
    s.letters.verify_token_life = std::chrono::hours(c.verify_token_hours);
    s.letters.invitation_life = std::chrono::days(c.invitation_days);
    s.connections = static_cast<std::size_t>(c.smtp_connections);
    return s;
}

} // namespace voltlane::workers
