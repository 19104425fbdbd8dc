#include "api/auth/passwords.hpp"

#include "api/form.hpp"
#include "shared/base/password_hash.hpp"
#include "shared/base/text.hpp"

#include <algorithm>

#include <boost/system/system_error.hpp>
#include <sodium.h>

namespace voltlane::api {
namespace {

constexpr std::size_t least_characters = 8;
constexpr std::size_t most_characters = 128; // hashing longer ones only costs time

// Waiting for a thread, an expected refusal is a value; what else is thrown goes on.
template <class T>
async::awaitable<result<T>> as_result(async::awaitable<T> work) {
    try {
        co_return co_await std::move(work);
    } catch (const boost::system::system_error& e) {
        if (e.code().category() != voltlane_category()) throw;
        co_return result<T>(boost::system::in_place_error, e.code());
    }
}

} // namespace

passwords::passwords(std::size_t threads)
    : pool_(threads, queue_length)
    , decoy_(hash_password("no account has this password")) {}

async::awaitable<result<std::string>> passwords::hash(std::string password, async::steady_point deadline) {
    auto work = [p = std::move(password)] {
        return hash_password(p);
    };
    co_return co_await as_result(pool_.run(std::move(work), deadline));
}

async::awaitable<result<bool>> passwords::matches(std::string stored, std::string password,
                                                  async::steady_point deadline) {
    const bool known = !stored.empty();
    auto work = [known, s = known ? std::move(stored) : decoy_, p = std::move(password)] {
        const bool fits = crypto_pwhash_str_verify(s.c_str(), p.data(), p.size()) == 0;
        return known && fits;
    };
    co_return co_await as_result(pool_.run(std::move(work), deadline));
}

std::string check_password(std::string_view password, std::string_view username) {
    const auto characters = character_count(password);
    if (characters < least_characters)
        return "This password is too short. It must contain at least 8 characters.";
    if (characters > most_characters) return "This password is too long. It may have at most 128 characters.";
    if (std::all_of(password.begin(), password.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return "This password is entirely numeric.";
    if (iequals(password, username)) return "The password is too similar to the username.";
    return {};
}

} // namespace voltlane::api
