#pragma once

#include <cstdint>

namespace voltlane::api {

// How often a minute, from one address and by one account. 0: as often as they like.
struct rate_bound {
    std::int64_t address = 0;
    std::int64_t account = 0;
};

// The defaults let a class behind one address sign up and log in at once (60 a minute, twice that without any
// trouble), and stop what only a program does. Guessing one name's password is stopped earlier (login_guard).
struct rate_settings {
    // Every request. An answer costs some 200 us of a core: two thousand a second are all that one core has.
    rate_bound all{120'000, 60'000};
    // Login and token; the account is the name that was sent, known or not.
    rate_bound login{120, 120};
    // Password reset and its confirmation, invitations, and the verification mail once more; the account is
    // the e-mail that was sent, known or not. Every one may be a mail to somebody who did not ask for it.
    rate_bound reset{120, 30};
    // Signup, register, and invitations accepted: nobody has an account yet.
    rate_bound registration{120, 0};
    // Commands to charge points.
    rate_bound commands{1'200, 600};
    // Calls that tell an administrator whether an e-mail is that of an account outside the tenant.
    rate_bound lookups{0, 60};
    // Invitations, whomever they are for: each is a mail to somebody who did not ask for it.
    rate_bound invitations{0, 10};
};

} // namespace voltlane::api
