#include "workers/mail/mime.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace voltlane::workers {
namespace {

constexpr std::size_t longest_line = 76;
// `=?UTF-8?Q?` and `?=` around at most 75 characters in all (RFC 2047, section 2).
constexpr std::string_view word_begin = "=?UTF-8?Q?";
constexpr std::string_view word_end = "?=";
constexpr std::size_t longest_word = 75 - word_begin.size() - word_end.size();
constexpr std::size_t longest_address = 254;

constexpr bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
constexpr bool is_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x80;
}
constexpr bool continues(char c) noexcept { // a UTF-8 character
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}
constexpr bool is_alphanumeric(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void append_octet(std::string& out, char c) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    const auto octet = static_cast<unsigned char>(c);
    out += '=';
    out += digits[octet >> 4U];
    out += digits[octet & 0x0FU];
}

// One line without its end.
void append_quoted_line(std::string& out, std::string_view line) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool last = i + 1 == line.size();
        // A blank at the end of a line would be lost on the way.
        const bool plain = is_ascii(c) && !is_control(c) && c != '=' && !(last && c == ' ');
        const std::size_t needed = plain ? 1 : 3;
        if (used + needed > longest_line - (last ? 0 : 1)) {
            out += "=\r\n";
            used = 0;
        }
        if (plain)
            out += c;
        else
            append_octet(out, c);
        used += needed;
    }
}

std::string encode_word(std::string_view piece) {
    std::string out(word_begin);
    for (const char c : piece) {
        if (c == ' ')
            out += '_';
        else if (is_alphanumeric(c) || c == '-' || c == '.' || c == ',' || c == '!')
            out += c;
        else
            append_octet(out, c);
    }
    return out += word_end;
}

// Pieces of whole characters whose encoding fits a word; the first one shares its line with `indent`
// characters.
std::vector<std::string_view> split_for_words(std::string_view text, std::size_t indent) {
    std::vector<std::string_view> pieces;
    std::size_t room = longest_word - std::min(indent, longest_word / 2);
    std::size_t begin = 0;
    std::size_t length = 0; // encoded, of the piece
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && continues(text[end]))
            ++end;
        std::size_t needed = 0;
        for (auto at = i; at < end; ++at)
            needed += text[at] == ' ' || is_alphanumeric(text[at]) ? 1 : 3;
        if (length + needed > room && i > begin) {
            pieces.push_back(text.substr(begin, i - begin));
            begin = i;
            length = 0;
            room = longest_word;
        }
        length += needed;
        i = end;
    }
    pieces.push_back(text.substr(begin));
    return pieces;
}

// Breaks before a blank where the line would grow too long.
std::string fold(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t used = indent;
    while (!text.empty()) {
        const auto end = text.find(' ', 1);
        const auto word = text.substr(0, end);
        if (used + word.size() > longest_line && word.front() == ' ' && word.size() > 1) {
            out += "\r\n";
            used = 0;
        }
        out += word;
        used += word.size();
        text.remove_prefix(word.size());
    }
    return out;
}

std::string mailbox_text(const mailbox& m, std::size_t indent) {
    if (m.name.empty()) return m.address;
    const bool plain = std::all_of(m.name.begin(), m.name.end(),
                                   [](char c) { return is_alphanumeric(c) || c == ' ' || c == '-'; });
    std::string name;
    if (plain || !std::all_of(m.name.begin(), m.name.end(), is_ascii)) {
        name = header_value(m.name, indent);
    } else { // a quoted string
        name = "\"";
        for (const char c : m.name) {
            if (c == '"' || c == '\\') name += '\\';
            name += is_control(c) ? ' ' : c;
        }
        name += '"';
    }
    return name + "\r\n <" + m.address + '>';
}

} // namespace

std::string quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        append_quoted_line(out, line);
        out += "\r\n";
    }
    return out;
}

std::string header_value(std::string_view text, std::size_t indent) {
    std::string clean(trim(text));
    std::replace_if(clean.begin(), clean.end(), is_control, ' ');
    // "=?" would be read as an encoded word.
    const bool plain =
        std::all_of(clean.begin(), clean.end(), is_ascii) && clean.find("=?") == std::string::npos;
    // One word longer than a line cannot be folded.
    std::size_t run = 0;
    std::size_t longest_run = 0;
    for (const char c : clean)
        longest_run = std::max(longest_run, run = c == ' ' ? 0 : run + 1);
    if (plain && longest_run < longest_line - indent) return fold(clean, indent);
    std::string out;
    for (const auto piece : split_for_words(clean, indent)) {
        if (!out.empty()) out += "\r\n "; // not shown between encoded words
        out += encode_word(piece);
    }
    return out;
}

std::string mail_date(timestamp t) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(t - day));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                       days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                       months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string parse_mailbox(std::string_view text, mailbox& out) {
    text = trim(text);
    out = {};
    if (const auto open = text.rfind('<'); open != std::string_view::npos) {
        if (text.back() != '>') return "is no mailbox: \"Name <name@example.com>\"";
        auto name = trim(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
            name = name.substr(1, name.size() - 2);
        out.name = name;
        text = trim(text.substr(open + 1, text.size() - open - 2));
    }
    out.address = text;
    if (std::any_of(out.name.begin(), out.name.end(), is_control)) return "has control characters";
    return is_mail_address(out.address) ? "" : "holds no e-mail address";
}

bool is_mail_address(std::string_view text) noexcept {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > longest_address)
        return false;
    if (text.find('@') != at) return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        return is_control(c) || c == ' ' || c == '<' || c == '>' || c == '"' || c == ',' || c == ';' ||
               c == '\\' || c == '(' || c == ')' || c == '[' || c == ']' || c == ':';
    });
}

std::string_view domain_of(std::string_view address) noexcept {
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string compose(const mail& m) {
    // Quoted-printable never holds "=_": the boundary cannot occur in a part.
    const std::string boundary = "=_voltlane_" + header_value(m.id, 0);
    const auto part = [&](std::string_view type, std::string_view body) {
        return fmt::format("--{}\r\nContent-Type: text/{}; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
                           boundary, type, quoted_printable(body));
    };
    std::string out;
    const auto header = [&out](std::string_view name, std::string_view value) {
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    };
    header("Date", mail_date(m.at));
    header("From", mailbox_text(m.from, 6));
    header("To", mailbox_text(m.to, 4));
    header("Subject", header_value(m.subject, 9));
    header("Message-ID", fmt::format("<{}@{}>", header_value(m.id, 0), domain_of(m.from.address)));
    header("Auto-Submitted", "auto-generated");
    header("X-Auto-Response-Suppress", "All");
    header("MIME-Version", "1.0");
    header("Content-Type", fmt::format("multipart/alternative;\r\n boundary=\"{}\"", boundary));
    out += "\r\n";
    out += part("plain", m.text);
    out += part("html", m.html);
    out += "--" + boundary + "--\r\n";
    return out;
}

} // namespace voltlane::workers
