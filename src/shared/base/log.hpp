#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

// Structured lines: text on a terminal, JSON otherwise. One named logger per library; a line names the
// charger, message id, partition and offset where known. Nothing secret; no line per message above debug
// level.
namespace voltlane::log {

enum class format { automatic, text, json };

// Once, at the start of a process. Level: trace, debug, info, warn, error. Lines go to standard error.
void start(std::string_view process, std::string_view level, format f);
std::string check_level(std::string_view level); // empty or what is wrong; for options::add
std::string check_format(std::string_view f);    // auto, text, json
format parse_format(std::string_view f);

// The logger of a library, made at first use. Thread safe; keep the pointer.
std::shared_ptr<spdlog::logger> get(const std::string& library);

// At most one line per interval and place: for what a charger can provoke at will. Counts what it swallows.
class limiter {
public:
    explicit limiter(std::chrono::seconds every) : every_(every) {}
    // The number of calls since the last line (at least 1) when a line is due, else 0. One thread.
    unsigned due(std::chrono::steady_clock::time_point now);

private:
    std::chrono::seconds every_;
    std::chrono::steady_clock::time_point next_{};
    unsigned swallowed_ = 0;
};

} // namespace voltlane::log
