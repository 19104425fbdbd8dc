#include "api/auth/rotation.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

using namespace std::chrono_literals;
using enum refresh_verdict;

const timestamp noon(std::chrono::seconds(1'700'000'000));

// A session of rotation 3, rotated `ago` before now.
store::refresh_state rotated(std::chrono::microseconds ago) {
    return {3, noon - ago, noon + 600s, false, true, noon};
}

TEST(rotation, a_table_of_verdicts) {
    struct row {
        std::string_view what;
        store::refresh_state state;
        std::int64_t presented;
        refresh_verdict want;
    };
    auto fresh = rotated(0s);
    fresh.rotation = 0;
    fresh.rotated_at.reset();
    auto unknown = rotated(1s);
    unknown.rotated_at.reset();
    auto expired = rotated(1s);
    expired.expires_at = noon;
    auto barred = rotated(1s);
    barred.may_login = false;
    auto gone = rotated(1s);
    gone.revoked = true;
    auto gone_and_barred = gone;
    gone_and_barred.may_login = false;
    for (const auto& r : {
             row{"the session's first token", fresh, 0, good},
             row{"the last pair's token", rotated(1h), 3, good},
             row{"the one before, at once", rotated(0s), 2, again},
             row{"the one before, at the end of its grace", rotated(10s), 2, again},
             row{"the one before, too late", rotated(10s + 1us), 2, reused},
             row{"the one before, rotated by a clock ahead of ours", rotated(-2s), 2, again},
             row{"the one before, nobody knows when", unknown, 2, reused},
             row{"two before, at once", rotated(0s), 1, reused},
             row{"the first of all, long ago", rotated(1h), 0, reused},
             row{"one that was never made", rotated(1s), 4, refused},
             row{"an expired session's", expired, 3, refused},
             row{"an expired session's dead one", expired, 1, refused},
             row{"a barred account's", barred, 3, refused},
             row{"a revoked session's", gone, 3, revoked},
             row{"a revoked session's, in its grace", gone, 2, revoked},
             row{"a revoked session's dead one", gone, 1, revoked},
             row{"a revoked session's of a barred account", gone_and_barred, 3, revoked},
         })
        EXPECT_EQ(judge_refresh(r.state, r.presented), r.want) << r.what;
}

} // namespace
} // namespace voltlane::api
