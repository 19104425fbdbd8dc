#include "shared/base/log.hpp"

#include "shared/base/json.hpp"

#include <mutex>
#include <unistd.h>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace voltlane::log {
namespace {

// %*: the message as a JSON string.
class json_message final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& m, const std::tm&, spdlog::memory_buf_t& out) override {
        std::string text;
        jsonio::append_string(text, {m.payload.data(), m.payload.size()});
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return spdlog::details::make_unique<json_message>();
    }
};

std::shared_ptr<spdlog::sinks::stderr_sink_mt>& sink() {
    static auto instance = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return instance;
}

std::mutex registry_mutex;

} // namespace

void start(std::string_view process, std::string_view level, format f) {
    const bool text = f == format::text || (f == format::automatic && isatty(STDERR_FILENO) == 1);
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    if (text) {
        formatter->set_pattern("%H:%M:%S.%e %L %n: %v");
    } else {
        std::string name;
        jsonio::append_string(name, process);
        formatter->add_flag<json_message>('*').set_pattern(
            "{\"time\":\"%Y-%m-%dT%H:%M:%S.%fZ\",\"level\":\"%l\",\"process\":" + name +
            ",\"logger\":\"%n\",\"message\":%*}");
    }
    spdlog::set_formatter(std::move(formatter)); // of present and future loggers
    const auto threshold = spdlog::level::from_str(std::string(level));
    spdlog::set_level(threshold);
    spdlog::apply_all([threshold](const std::shared_ptr<spdlog::logger>& l) { l->set_level(threshold); });
}

std::string check_level(std::string_view level) {
    for (const auto* known : {"trace", "debug", "info", "warn", "error"})
        if (level == known) return {};
    return "must be one of trace, debug, info, warn, error";
}

std::string check_format(std::string_view f) {
    for (const auto* known : {"auto", "text", "json"})
        if (f == known) return {};
    return "must be one of auto, text, json";
}

format parse_format(std::string_view f) {
    if (f == "text") return format::text;
    return f == "json" ? format::json : format::automatic;
}

std::shared_ptr<spdlog::logger> get(const std::string& library) {
    const std::lock_guard lock(registry_mutex);
    if (auto known = spdlog::get(library)) return known;
    auto made = std::make_shared<spdlog::logger>(library, sink());
    made->flush_on(spdlog::level::info);
    spdlog::initialize_logger(made);
    return made;
}

unsigned limiter::due(std::chrono::steady_clock::time_point now) {
    ++swallowed_;
    if (now < next_) return 0;
    next_ = now + every_;
    return std::exchange(swallowed_, 0U);
}

} // namespace voltlane::log
