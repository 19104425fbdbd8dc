#include "shared/domain/price_choice.hpp"

namespace voltlane::domain {
namespace {

// How closely a row fits: 3 the account's, 2 its type's, 1 everybody's, 0 not at all.
int closeness(const price_row& row, const price_question& q) {
    if (row.prices.empty() || q.received_at < row.valid_from) return 0;
    if (row.valid_to && q.received_at >= *row.valid_to) return 0;
    if (row.account) return q.account == row.account ? 3 : 0;
    if (!row.user_type.empty()) return q.user_type == row.user_type ? 2 : 0;
    return 1;
}

} // namespace

tariff choose_tariff(std::span<const price_row> rows, const price_question& question) {
    const price_row* best = nullptr;
    int best_closeness = 0;
    for (const auto& row : rows) {
        const int c = closeness(row, question);
        if (c == 0 || c < best_closeness) continue;
        if (c == best_closeness && row.valid_from < best->valid_from) continue;
        best = &row;
        best_closeness = c;
    }
    return best ? best->prices : tariff{};
}

} // namespace voltlane::domain
