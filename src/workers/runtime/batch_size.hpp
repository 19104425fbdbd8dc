#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace voltlane::workers {

// How many events of a partition go into one transaction. A batch that PostgreSQL finds too heavy (twice in a
// row: statement_timeout 57014, out of memory 53200, a limit of the server 54000) would be so for ever; it is
// halved, down to one event, and grows again slowly.
class batch_size {
public:
    explicit batch_size(std::size_t most) : most_(std::max<std::size_t>(most, 1)) {}

    std::size_t now() const noexcept { return limit_; }

    static bool too_heavy(std::string_view sqlstate) noexcept {
        return sqlstate == "57014" || sqlstate == "53200" || sqlstate == "54000";
    }

    // `size`: of the batch that failed.
    void failed(std::string_view sqlstate, std::size_t size) noexcept {
        in_a_row_ = too_heavy(sqlstate) ? in_a_row_ + 1 : 0;
        if (in_a_row_ < 2 || size <= 1) return;
        limit_ = size / 2;
        in_a_row_ = 0;
    }
    void succeeded() noexcept {
        in_a_row_ = 0;
        limit_ = std::min(most_, limit_ + std::max<std::size_t>(limit_ / 8, 1));
    }

private:
    std::size_t most_;
    std::size_t limit_ = most_;
    int in_a_row_ = 0;
};

} // namespace voltlane::workers
