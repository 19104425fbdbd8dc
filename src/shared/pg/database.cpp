#include "shared/pg/database.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace voltlane::pg {
namespace {

using namespace std::chrono_literals;

constexpr auto first_back_off = 50ms;
constexpr auto longest_back_off = 2000ms;
constexpr auto retry_pause = 5ms; // of the first retry; doubles, with jitter

std::chrono::microseconds jittered(std::chrono::milliseconds d) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto us = std::chrono::microseconds(d).count();
    return std::chrono::microseconds(
        us / 2 + static_cast<std::int64_t>(random() % static_cast<unsigned long>(us / 2 + 1)));
}

} // namespace

database::database(settings s, metrics* m) : settings_(std::move(s)), metrics_(m) {}

database::~database() = default;

connection& database::get() {
    if (connection_) return *connection_;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_dial_)
        throw failure(failure_kind::unavailable, {}, "no connection to PostgreSQL; next try shortly");
    try {
        connection_ = std::make_unique<connection>(settings_);
    } catch (...) {
        back_off_ = std::clamp<std::chrono::milliseconds>(back_off_ * 2, first_back_off, longest_back_off);
        next_dial_ = std::chrono::steady_clock::now() + jittered(back_off_);
        if (metrics_ != nullptr) metrics_->connect_failures.Increment();
        throw;
    }
    back_off_ = 0ms;
    if (metrics_ != nullptr) metrics_->connects.Increment();
    return *connection_;
}

bool database::try_again(const failure& f, int attempt, bool stale) {
    const bool broken = connection_ == nullptr || connection_->broken() || f.kind() == failure_kind::in_doubt;
    if (broken) drop();
    if (metrics_ != nullptr) metrics_->failures_of(f.kind()).Increment();
    if (broken && stale && attempt == 1) return true;
    if (f.kind() != failure_kind::retryable || attempt >= most_attempts) return false;
    std::this_thread::sleep_for(jittered(retry_pause * (1 << attempt)));
    return true;
}

void database::succeeded(std::chrono::steady_clock::time_point begun, std::uint64_t statements) {
    if (metrics_ == nullptr) return;
    metrics_->transactions.Increment();
    metrics_->statements.Increment(static_cast<double>(statements));
    metrics_->seconds.Increment(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
}

} // namespace voltlane::pg
