#include "workers/thingsboard/http_call.hpp"

#include <memory>

#include <curl/curl.h>

namespace voltlane::workers {
namespace {

struct handle_closer {
    void operator()(CURL* h) const noexcept { curl_easy_cleanup(h); }
};
struct list_closer {
    void operator()(curl_slist* l) const noexcept { curl_slist_free_all(l); }
};
using list_holder = std::unique_ptr<curl_slist, list_closer>;

std::size_t keep(char* data, std::size_t size, std::size_t count, void* into) {
    auto& body = *static_cast<std::string*>(into);
    const auto bytes = size * count;
    if (body.size() + bytes > most_answer_bytes) return 0;
    body.append(data, bytes);
    return bytes;
}

int look_up(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

void add(list_holder& list, const std::string& line) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list.release();
    list.reset(longer);
}

} // namespace

http_answer exchange(const http_call& call) {
    const std::unique_ptr<CURL, handle_closer> handle(curl_easy_init());
    if (!handle) throw std::bad_alloc();
    auto* h = handle.get();
    list_holder headers;
    for (const auto& line : call.headers)
        add(headers, line);
    add(headers, "Accept: application/json, text/plain");
    if (!call.body.empty()) add(headers, "Content-Type: application/json");
    add(headers, "Expect:");

    http_answer answer;
    char why[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(h, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers.get());
    if (!call.body.empty() || call.method == "POST") {
        curl_easy_setopt(h, CURLOPT_POSTFIELDS, call.body.data());
        curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
    }
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(call.patience.count()));
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, why);
    static const std::atomic<bool> never{false};
    curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(h, CURLOPT_XFERINFODATA, call.stop != nullptr ? call.stop : &never);
    const auto code = curl_easy_perform(h);
    if (code == CURLE_OK) {
        curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &answer.status);
    } else {
        answer.body.clear();
        answer.error = *why != '\0' ? why : curl_easy_strerror(code);
    }
    return answer;
}

std::string url_encoded(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

} // namespace voltlane::workers
