#include "workers/mail/templates.hpp"

#include "shared/base/text.hpp"
#include "shared/events/notification.hpp"
#include "workers/mail/mime.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace voltlane::workers {
namespace {

using events::notification;
using namespace std::string_view_literals;

// A template is a page of text.
constexpr std::uintmax_t longest_template_bytes = 256 * 1024;
constexpr std::string_view content = "content";
constexpr std::string_view subject_line = "Subject:";

constexpr std::array common{"name"sv, "email"sv, "username"sv, "dashboard_url"sv};
constexpr std::array token_names{"link"sv, "valid_for"sv};
constexpr std::array applicant_names{"applicant_name"sv, "applicant_email"sv};
constexpr std::array parent_names{"parent_name"sv};
constexpr std::array refusal_names{"parent_name"sv, "reason"sv};
constexpr std::array link_names{"link"sv};
constexpr std::array invitation_names{"link"sv, "valid_for"sv, "tenant_name"sv, "inviter_name"sv};

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool read_file(const std::filesystem::path& file, std::string& out, std::string& wrong) {
    std::error_code ec;
    const auto size = std::filesystem::file_size(file, ec);
    std::ifstream in(file, std::ios::binary);
    if (ec || !in) {
        wrong = fmt::format("the mail template {} cannot be read", file.string());
        return false;
    }
    if (size > longest_template_bytes) {
        wrong = fmt::format("the mail template {} is larger than {} KiB", file.string(),
                            longest_template_bytes / 1024);
        return false;
    }
    out.assign(std::istreambuf_iterator<char>(in), {});
    return true;
}

// Calls `text` with what is between placeholders and `value` with their names, in order. False: one is not
// closed.
template <class Text, class Value>
bool walk(std::string_view source, Text&& text, Value&& value) {
    while (!source.empty()) {
        const auto open = source.find("{{");
        text(source.substr(0, open));
        if (open == std::string_view::npos) return true;
        const auto close = source.find("}}", open);
        if (close == std::string_view::npos) return false;
        value(trim(source.substr(open + 2, close - open - 2)));
        source.remove_prefix(close + 2);
    }
    return true;
}

template <class Escape>
std::string fill(std::string_view source, const mail_values& values, Escape&& escape) {
    std::string out;
    walk(
        source, [&](std::string_view text) { out += text; },
        [&](std::string_view name) {
            if (const auto found = values.find(name); found != values.end()) out += escape(found->second);
        });
    return out;
}

// Empty, or what is wrong.
std::string check(const std::string& file, std::string_view source, std::span<const std::string_view> names,
                  bool base) {
    std::string wrong;
    std::size_t contents = 0;
    const bool closed = walk(
        source, [](std::string_view) {},
        [&](std::string_view name) {
            if (base && (name == content || name == "subject"))
                contents += name == content ? 1 : 0;
            else if (wrong.empty() && !contains(common, name) && !contains(names, name))
                wrong = fmt::format("the mail template {} has an unknown placeholder {{{{{}}}}}", file, name);
        });
    if (!closed) return fmt::format("the mail template {} has a placeholder that is not closed", file);
    if (wrong.empty() && base && contents != 1)
        return fmt::format("the mail template {} must have {{{{content}}}} once", file);
    return wrong;
}

// A value in text and subject: one line, no control characters.
std::string one_line(std::string_view value) {
    std::string out(trim(value));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; },
        ' ');
    return out;
}

} // namespace

std::span<const std::string_view> mail_templates::all() noexcept {
    return notification::mails;
}

std::span<const std::string_view> mail_templates::common_names() noexcept {
    return common;
}

std::span<const std::string_view> mail_templates::names_of(std::string_view name) noexcept {
    if (name == notification::verify_email || name == notification::password_reset) return token_names;
    if (name == notification::approval_requested) return applicant_names;
    if (name == notification::approval_granted) return parent_names;
    if (name == notification::approval_refused) return refusal_names;
    if (name == notification::invitation) return invitation_names;
    if (name == notification::thingsboard_activation) return link_names;
    return {};
}

mail_templates mail_templates::read(const std::string& folder, std::string& wrong) {
    const std::filesystem::path root(folder);
    mail_templates out;
    wrong.clear();
    const auto take = [&](const std::string& file, std::string& into, std::span<const std::string_view> names,
                          bool base) {
        if (!read_file(root / file, into, wrong)) return false;
        wrong = check((root / file).string(), into, names, base);
        return wrong.empty();
    };
    if (!take("base.txt", out.base_text_, {}, true) || !take("base.html", out.base_html_, {}, true))
        return out;
    for (const auto name : notification::mails) {
        source s;
        const auto file = std::string(name) + ".txt";
        if (!take(file, s.text, names_of(name), false) ||
            !take(std::string(name) + ".html", s.html, names_of(name), false))
            return out;
        const auto end = s.text.find('\n');
        const auto first = std::string_view(s.text).substr(0, end);
        if (!first.starts_with(subject_line) || trim(first.substr(subject_line.size())).empty()) {
            wrong = fmt::format("the mail template {} must begin with a line \"Subject: ...\"",
                                (root / file).string());
            return out;
        }
        s.subject = trim(first.substr(subject_line.size()));
        s.text = trim(end == std::string::npos ? std::string_view() : std::string_view(s.text).substr(end));
        s.html = trim(s.html);
        out.sources_.emplace(name, std::move(s));
    }
    return out;
}

written_mail mail_templates::write(std::string_view name, const mail_values& values) const {
    const auto& s = sources_.find(name)->second;
    written_mail out;
    out.subject = fill(s.subject, values, one_line);
    // The content is filled in first and then goes in as it is: what a value says is never a placeholder.
    const auto put = [&](std::string_view base, std::string filled, std::string subject, auto&& escape) {
        std::string whole;
        walk(
            base, [&](std::string_view text) { whole += text; },
            [&](std::string_view placeholder) {
                if (placeholder == content)
                    whole += filled;
                else if (placeholder == "subject")
                    whole += subject;
                else if (const auto found = values.find(placeholder); found != values.end())
                    whole += escape(found->second);
            });
        return whole;
    };
    out.text = put(base_text_, fill(s.text, values, one_line), out.subject, one_line);
    out.html = put(base_html_, fill(s.html, values, escape_html), escape_html(out.subject), escape_html);
    return out;
}

} // namespace voltlane::workers
