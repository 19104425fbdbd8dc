#include "api/auth/passwords.hpp"

#include "shared/base/password_hash.hpp"

#include <boost/system/system_error.hpp>
#include <sodium.h>

namespace voltlane::api {
namespace {

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

passwords::passwords(std::size_t threads, voltlane::metrics::counter& counted)
    : counted_(counted)
    , pool_(threads, queue_length)
    , decoy_(hash_password("no account has this password")) {}

async::awaitable<result<std::string>> passwords::hash(std::string password, async::steady_point deadline) {
    auto work = [this, p = std::move(password)] {
        counted_.Increment();
        return hash_password(p);
    };
    co_return co_await as_result(pool_.run(std::move(work), deadline));
}

async::awaitable<result<password_match>> passwords::matches(std::string stored, std::string password,
                                                            async::steady_point deadline) {
    const bool known = !stored.empty();
    auto work = [this, known, s = known ? std::move(stored) : decoy_, p = std::move(password)] {
        counted_.Increment();
        password_match match;
        match.fits = crypto_pwhash_str_verify(s.c_str(), p.data(), p.size()) == 0 && known;
        if (match.fits && hash_is_outdated(s)) match.better_hash = hash_password(p);
        return match;
    };
    co_return co_await as_result(pool_.run(std::move(work), deadline));
}

} // namespace voltlane::api
