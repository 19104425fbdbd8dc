#pragma once

#include "workers/mail/mime.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace voltlane::workers {

enum class starttls {
    required, // no mail without it
    optional, // where the server offers it
    off,
};
// "required", "optional", "off"; anything else: false.
bool parse_starttls(std::string_view text, starttls& out) noexcept;

struct smtp_settings {
    std::string url;            // smtp://host[:port] or smtps://host[:port]
    std::string user, password; // empty: no login
    starttls encryption = starttls::required;
    std::string ca_file; // PEM; empty: the system's
    std::chrono::milliseconds connect_limit{10'000};
    std::chrono::milliseconds total_limit{30'000}; // of the whole dialogue
};
// Empty, or what is wrong with smtp-url. Never contains the text itself.
std::string check_smtp_url(std::string_view url);

struct smtp_result {
    enum class verdict {
        accepted,
        later, // no connection, a timeout, a 4xx, or a refusal that says nothing of this mail (login, sender)
        refused, // the server said 5xx to the recipient or to the message: it will never take this mail
    };
    verdict what = verdict::later;
    int code = 0;       // the server's last answer; 0: none
    std::string reason; // for the log: the step and the server's words, cut, one line; no password, no body
};

// One SMTP dialogue for one mail, by libcurl; certificates are checked. Blocks up to settings.total_limit.
// Ends early, as `later`, at `deadline` and within about a second after `stop` was set. Any thread, several
// at once. The caller has called curl_global_init.
smtp_result
send_mail(const smtp_settings& s, const mail& m, const std::atomic<bool>& stop,
          std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max());

// Which verdict follows from the server's refusal: `step` is the command that it answered ("RCPT", "DATA" ...
// or "end of data"). Pure.
smtp_result::verdict judge_refusal(std::string_view step, int code) noexcept;

} // namespace voltlane::workers
