#pragma once

#include "shared/base/time.hpp"

#include <string>
#include <string_view>

// How a mail looks on the wire (RFC 5322, 2045, 2047). Pure.
namespace voltlane::workers {

// The body in quoted-printable: lines of 76 characters at most, ended by CRLF; any line ends in `text`.
std::string quoted_printable(std::string_view text);

// A header's value on one logical line, folded: as it is where it is printable ASCII, else in RFC 2047's
// encoded words (UTF-8). Control characters, line ends among them, become blanks, so that no value begins a
// header of its own. `indent`: characters before it on its line (the header's name).
std::string header_value(std::string_view text, std::size_t indent);

// `Fri, 05 Sep 2025 16:10:20 +0000`
std::string mail_date(timestamp t);

// `&`, `<`, `>`, `"` and `'` as entities: for text and for attributes in quotes.
std::string escape_html(std::string_view text);

struct mailbox {
    std::string name; // shown; may be empty
    std::string address;
};
// `Name <address>`, `"Name" <address>` or the address alone; empty on success, else what is wrong.
std::string parse_mailbox(std::string_view text, mailbox& out);
// Whether it can stand in an SMTP command and a header: one @ with something on both sides, no blanks, no
// control characters, no brackets, commas or quotes, 254 bytes at most.
bool is_mail_address(std::string_view text) noexcept;
// Behind the last @.
std::string_view domain_of(std::string_view address) noexcept;

struct mail {
    std::string id; // becomes the Message-ID: the same at every attempt, so that readers know a repeat
    mailbox from;
    mailbox to;
    std::string subject;
    std::string text;
    std::string html;
    timestamp at{};
};
// The whole message: multipart/alternative, text before HTML, marked as sent by a machine.
std::string compose(const mail& m);

} // namespace voltlane::workers
