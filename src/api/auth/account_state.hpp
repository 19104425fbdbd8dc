#pragma once

#include "shared/base/time.hpp"
#include "shared/store/accounts.hpp"

#include <string>
#include <string_view>

namespace voltlane::api {

// Why an account may not log in: what its owner is told, in the 403 of a login with the right password and
// nowhere else.
struct account_bar {
    std::string_view detail; // "E-mail not verified"; empty: it may log in
    std::string_view code;   // the same for programs: "email_not_verified"
    // Raw JSON members besides, each with a comma before it: `,"approval":"refused","refusal_reason":"..."`.
    std::string members;

    explicit operator bool() const noexcept { return !detail.empty(); }
};

// Where several things bar the account, the one that its owner can change least comes first.
account_bar bar_of(const store::account& a, timestamp now);

// The 403's body: {"detail":...,"code":...,...}.
std::string bar_json(const account_bar& bar);

} // namespace voltlane::api
