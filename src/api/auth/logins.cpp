#include "api/auth/logins.hpp"

namespace voltlane::api {
namespace {

constexpr std::chrono::seconds retry_login{2};      // no thread to hash on
constexpr std::chrono::milliseconds look_again{10}; // half a hash: whether one of the name's attempts ended

} // namespace

async::awaitable<std::variant<proven_login, login_refusal>>
logins::prove(std::string login, std::string password, std::string client, async::steady_point deadline) {
    auto look = [login](pg::transaction& t) {
        return store::find_account_by_login(t, login);
    };
    auto [folded, account] = co_await database_.read(std::move(look), deadline);
    auto wait = guard_.begin(folded, client);
    async::steady_timer pause(co_await async::asio::this_coro::executor);
    while (wait && wait->count() == 0 && clock_.steady_now() < deadline) {
        pause.expires_after(look_again);
        co_await pause.async_wait(async::use);
        wait = guard_.begin(folded, client);
    }
    if (wait) {
        metrics_.logins_throttled.Increment();
        co_return login_refusal{login_refusal::reason::throttled, wait->count() == 0 ? retry_login : *wait};
    }
    auto stored = account ? account->password_hash : std::string();
    auto place = co_await guard_.wait_for_place(client, deadline);
    result<password_match> match(boost::system::in_place_error, make_error_code(errc::overloaded));
    if (place) match = co_await passwords_.matches(std::move(stored), std::move(password), deadline);
    place.reset();
    if (!match || match->fits) {
        guard_.take_back(folded, client);
    } else {
        guard_.failed(folded, client);
    }
    if (!match) {
        metrics_.logins_throttled.Increment();
        co_return login_refusal{login_refusal::reason::throttled, retry_login};
    }
    if (!match->fits) {
        metrics_.logins_refused.Increment();
        co_return login_refusal{login_refusal::reason::wrong};
    }
    if (auto bar = bar_of(*account, clock_.now())) {
        login_refusal barred{login_refusal::reason::barred};
        barred.bar = std::move(bar);
        co_return barred;
    }
    proven_login proven{std::move(*account), std::move(match->better_hash)};
    co_return proven;
}

async::awaitable<std::variant<logins::opened, login_refusal>>
logins::open(const proven_login& who, store::new_login_session s, async::steady_point deadline) {
    struct outcome {
        bool proven = false;
        std::optional<store::opened_login_session> session;
    };
    const auto id = who.account.id;
    s.account = id;
    s.life = tokens_.refresh_life();
    auto work = [s = std::move(s), was = who.account.password_hash,
                 better = who.better_hash](pg::transaction& t) {
        outcome o;
        o.proven = store::confirm_password(t, s.account, was, better);
        if (o.proven) o.session = store::open_login_session(t, s);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), deadline);
    if (!o.proven) co_return login_refusal{login_refusal::reason::wrong};
    if (!o.session) co_return login_refusal{login_refusal::reason::already_open};
    metrics_.logins.Increment();
    co_return opened{o.session->id, tokens_.pair(id, o.session->id, 0, o.session->opened_at)};
}

} // namespace voltlane::api
