#pragma once

#include "api/auth/authenticator.hpp"
#include "api/auth/revocations.hpp"
#include "api/call.hpp"
#include "shared/base/clock.hpp"

#include <memory>
#include <optional>

namespace voltlane::api {

// Counts the downloads of this process, by whose they are. Any thread.
class download_slots {
public:
    // Each keeps a page in memory and one job after the other in the database's queue. One account: a second
    // one while the first still runs. One tenant: an eighth of all, so that others get theirs. Together:
    // what the queue carries beside everything else. More are refused (503).
    static constexpr int most_per_account = 2;
    static constexpr int most_per_tenant = 4;
    static constexpr int most = 32;

    class slot; // counts until it is gone, wherever that happens

    download_slots();
    // nullptr: one of the three bounds.
    std::shared_ptr<const slot> take(const domain::caller& who);

private:
    struct counts;
    std::shared_ptr<counts> counts_; // slots may outlive this
};

// One answer that is written in pages.
struct download {
    // The whole of it: the slowest client that http::write_time lets through would else hold its slot for
    // hours. A million sessions take some ten seconds of it.
    static constexpr std::chrono::minutes most_time{30};
    // What a page, or the question whether it may be read, may wait for the database.
    static constexpr std::chrono::seconds page_time{10};

    identity who;
    clock::steady_point until{};                         // it breaks off then
    std::shared_ptr<const download_slots::slot> counted; // null: not counted

    bool over(const clock& c) const { return c.steady_now() >= until || c.now() >= who.expires_at; }
};

// What all of these answers ask for between their pages. Any thread.
class download_desk {
public:
    download_desk(authenticator& a, const revocations& v, const clock& c)
        : authenticator_(a)
        , revocations_(v)
        , clock_(c) {}

    // nullopt: too many are running.
    std::optional<download> begin(const identity& who);
    // For lists, which come in pages only where they are long.
    download begin_uncounted(const identity& who) const;
    // False: its time is over, or its login, account, tenant or role is no longer what it was. Throws what
    // pg::pool throws.
    async::awaitable<bool> may_go_on(const download& d);

private:
    authenticator& authenticator_;
    const revocations& revocations_;
    const clock& clock_;
    download_slots slots_;
};

} // namespace voltlane::api
