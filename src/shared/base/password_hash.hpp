#pragma once

#include <string>

namespace voltlane {

// Argon2id as text that carries its parameters: 19 MiB and two passes (OWASP's recommendation), some 20 ms.
// One function for every process that makes accounts: a hash of other parameters would take another time to
// verify, which would tell who made the account. sodium_init() must have run. Throws std::runtime_error where
// there is no memory.
std::string hash_password(const std::string& password);

// Whether a hash was made with other parameters than hash_password's: to be made anew when the password is at
// hand.
bool hash_is_outdated(const std::string& hash);

} // namespace voltlane
