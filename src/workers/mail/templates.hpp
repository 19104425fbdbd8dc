#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace voltlane::workers {

// Values of a mail's placeholders, by name; raw text.
using mail_values = std::map<std::string, std::string, std::less<>>;

struct written_mail {
    std::string subject, text, html;
};

// The mails' texts, from a folder: of each mail `<name>.txt` (first line `Subject: ...`, then a blank line)
// and
// `<name>.html`, put into `base.txt` and `base.html` where these say `{{content}}`. `{{value}}` stands for a
// value; in HTML it is escaped. Read once, at the start: a template that names a value which its mail does
// not have stops the start, not the mail.
class mail_templates {
public:
    // Reads all of them. `wrong` says in one sentence what is wrong with the first one that is; empty:
    // nothing.
    static mail_templates read(const std::string& folder, std::string& wrong);

    // `values` holds what names_of(name) lists.
    written_mail write(std::string_view name, const mail_values& values) const;

    static std::span<const std::string_view> all() noexcept;
    // What the mail's templates may name.
    static std::span<const std::string_view> names_of(std::string_view name) noexcept;
    // In every mail.
    static std::span<const std::string_view> common_names() noexcept;

private:
    struct source {
        std::string subject, text, html;
    };
    std::string base_text_, base_html_;
    std::map<std::string, source, std::less<>> sources_;
};

} // namespace voltlane::workers
