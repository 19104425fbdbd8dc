#include "workers/mail/smtp_client.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <sys/socket.h>

#include <curl/curl.h>
#include <fmt/format.h>

namespace voltlane::workers {
namespace {

constexpr std::size_t longest_reason = 300;

struct easy_end {
    void operator()(CURL* c) const noexcept { curl_easy_cleanup(c); }
};
struct list_end {
    void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};

// What libcurl tells while it talks: which command the server answered last, and how.
struct dialogue {
    std::string_view body;
    std::size_t sent = 0;
    std::string step = "connect";
    std::string answer; // the last line of the server
    int code = 0;
    const std::atomic<bool>& stop;
    std::chrono::steady_clock::time_point give_up;
    curl_socket_t socket = CURL_SOCKET_BAD;
    bool late = false;
    bool over = false; // QUIT was said: what follows is no verdict
};

std::size_t give_body(char* into, std::size_t size, std::size_t count, void* user) {
    auto& d = *static_cast<dialogue*>(user);
    const auto n = std::min(size * count, d.body.size() - d.sent);
    std::memcpy(into, d.body.data() + d.sent, n);
    d.sent += n;
    return n;
}

// Only the verb of a command is kept: AUTH carries the password.
int listen(CURL*, curl_infotype type, char* data, std::size_t size, void* user) {
    auto& d = *static_cast<dialogue*>(user);
    const std::string_view line = trim({data, size});
    if (type == CURLINFO_HEADER_OUT) {
        static constexpr std::string_view verbs[] = {"EHLO", "HELO", "STARTTLS", "AUTH",
                                                     "MAIL", "RCPT", "DATA",     "QUIT"};
        const auto verb = line.substr(0, line.find(' '));
        const bool known = std::find(std::begin(verbs), std::end(verbs), verb) != std::end(verbs);
        d.over = d.over || verb == "QUIT";
        if (d.over) return 0;
        d.step = known ? std::string(verb) : "AUTH"; // a line of a login dialogue
    } else if (type == CURLINFO_DATA_OUT) {
        d.step = "end of data";
    } else if (type == CURLINFO_HEADER_IN && !d.over && line.size() >= 3) {
        if (const auto code = parse_integer<int>(line.substr(0, 3))) {
            d.code = *code;
            d.answer = line;
        }
    }
    return 0;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
    const auto fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return static_cast<dialogue*>(user)->socket = fd;
}

// Called about once a second. libcurl 7.88 says QUIT even to a server that has stopped answering, and waits
// two minutes for the answer, whatever the time limit: a socket that is shut down ends that at once.
int look_up(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& d = *static_cast<dialogue*>(user);
    d.late = std::chrono::steady_clock::now() >= d.give_up;
    if (!d.late && !d.stop.load(std::memory_order_relaxed)) return 0;
    if (d.socket != CURL_SOCKET_BAD) ::shutdown(d.socket, SHUT_RDWR);
    return 1;
}

std::string readable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, longest_reason)) {
        const auto octet = static_cast<unsigned char>(c);
        out += octet < 0x20 || octet > 0x7E ? '?' : c;
    }
    return out;
}

smtp_result judge(CURLcode code, const dialogue& d, const char* detail) {
    if (code == CURLE_OK) return {smtp_result::verdict::accepted, d.code, {}};
    const std::string_view words = d.late            ? "no answer in time"
                                   : *detail != '\0' ? detail
                                                     : curl_easy_strerror(code);
    if (code == CURLE_ABORTED_BY_CALLBACK && !d.late)
        return {smtp_result::verdict::later, d.code, "this process stops"};
    // Only what the server said in words, at a step where it speaks of this mail, can be a refusal for ever.
    const bool answered = d.code >= 400 && !d.late && code != CURLE_OPERATION_TIMEDOUT;
    if (!answered)
        return {smtp_result::verdict::later, d.code, readable(fmt::format("{}: {}", d.step, words))};
    return {judge_refusal(d.step, d.code), d.code, readable(fmt::format("{}: {}", d.step, d.answer))};
}

} // namespace

bool parse_starttls(std::string_view text, starttls& out) noexcept {
    if (text == "required")
        out = starttls::required;
    else if (text == "optional")
        out = starttls::optional;
    else if (text == "off")
        out = starttls::off;
    else
        return false;
    return true;
}

std::string check_smtp_url(std::string_view url) {
    constexpr std::string_view plain = "smtp://";
    constexpr std::string_view tls = "smtps://";
    if (url.empty()) return {};
    if (url.starts_with(plain))
        url.remove_prefix(plain.size());
    else if (url.starts_with(tls))
        url.remove_prefix(tls.size());
    else
        return "must begin with smtp:// or smtps://";
    if (url.empty()) return "names no host";
    const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-' || c == ':' || c == '[' || c == ']' || c == '_';
    });
    return clean ? "" : "must be smtp://host[:port] or smtps://host[:port], nothing else";
}

smtp_result::verdict judge_refusal(std::string_view step, int code) noexcept {
    using verdict = smtp_result::verdict;
    if (code < 500 || code > 599) return verdict::later;
    // Not of this mail but of our login: whoever runs this can put it right within the day.
    if (code == 530 || code == 534 || code == 535 || code == 538) return verdict::later;
    return step == "RCPT" || step == "end of data" ? verdict::refused : verdict::later;
}

smtp_result send_mail(const smtp_settings& s, const mail& m, const std::atomic<bool>& stop,
                      std::chrono::steady_clock::time_point deadline) {
    const auto now = std::chrono::steady_clock::now();
    const auto give_up = std::min(now + s.total_limit, deadline);
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(give_up - now);
    if (time <= std::chrono::milliseconds(0))
        return {smtp_result::verdict::later, 0, "no time left for the SMTP dialogue"};
    const std::unique_ptr<CURL, easy_end> handle(curl_easy_init());
    const auto message = compose(m);
    dialogue d{message, 0, "connect", {}, 0, stop, give_up};
    const std::unique_ptr<curl_slist, list_end> recipients(
        curl_slist_append(nullptr, ('<' + m.to.address + '>').c_str()));
    char detail[CURL_ERROR_SIZE] = "";
    if (!handle || !recipients) return {smtp_result::verdict::later, 0, "out of memory"};
    bool ok = true;
    const auto set = [&](CURLoption option, auto value) {
        ok = ok && curl_easy_setopt(handle.get(), option, value) == CURLE_OK;
    };
    // The path is what EHLO says: a container's host name is no name that others know.
    const auto url = s.url + '/' + std::string(domain_of(m.from.address));
    const auto sender = '<' + m.from.address + '>';
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, ""); // whatever the environment says
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(detail));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(s.connect_limit, time).count()));
    // look_up() is first, but for a name server that does not answer.
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count() + 2000));
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&d));
    const long encryption = s.encryption == starttls::required   ? CURLUSESSL_ALL
                            : s.encryption == starttls::optional ? CURLUSESSL_TRY
                                                                 : CURLUSESSL_NONE;
    set(CURLOPT_USE_SSL, encryption);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!s.ca_file.empty()) set(CURLOPT_CAINFO, s.ca_file.c_str());
    if (!s.user.empty()) {
        set(CURLOPT_USERNAME, s.user.c_str());
        set(CURLOPT_PASSWORD, s.password.c_str());
    }
    set(CURLOPT_MAIL_FROM, sender.c_str());
    set(CURLOPT_MAIL_RCPT, recipients.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &give_body);
    set(CURLOPT_READDATA, static_cast<void*>(&d));
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    set(CURLOPT_VERBOSE, 1L); // to our own ears, not to standard error
    set(CURLOPT_DEBUGFUNCTION, &listen);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(&d));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &look_up);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(&d));
    if (!ok) return {smtp_result::verdict::later, 0, "libcurl does not take an option of ours"};
    return judge(curl_easy_perform(handle.get()), d, detail);
}

} // namespace voltlane::workers
