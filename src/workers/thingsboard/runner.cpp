#include "workers/thingsboard/runner.hpp"

#include "shared/async/blocking_pool.hpp"
#include "shared/store/notifications.hpp"
#include "shared/store/thingsboard.hpp"
#include "workers/thingsboard/steps.hpp"

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

// One ThingsBoard serves many of our workers: two at once from each of them.
constexpr std::size_t threads = 2;
// Up to ten calls; a server that needs longer is tried again later.
constexpr auto attempt_time = 30s;

class runner : public errand_runner {
public:
    runner(thingsboard::settings s, pg::pool& database)
        : settings_(std::move(s))
        , database_(database)
        , threads_(threads, threads) {}

    std::size_t most_at_once() const override { return threads; }
    std::chrono::milliseconds patience() const override { return attempt_time; }
    store::claim_order order() const override { return store::claim_order::per_account; }
    bool gives_up() const override { return false; }
    void stop() override { stopping_ = true; }

    async::awaitable<errand_outcome> carry_out(store::delivery d, async::steady_point deadline) override {
        if (!d.account) co_return errand_outcome::hopeless("an integration without an account");
        auto look = [id = *d.account](pg::transaction& t) {
            return store::find_thingsboard_facts(t, id);
        };
        const auto facts = co_await database_.read(std::move(look), deadline);
        if (!facts) co_return errand_outcome::done();
        // What was learnt is written behind the calls: also where a later one failed.
        struct attempt {
            thingsboard::outcome<bool> ended = false;
            std::vector<store::thingsboard_ids> learnt;
        };
        auto work = [this, f = *facts, deadline] {
            attempt a;
            thingsboard::client c(settings_, &stopping_);
            c.set_deadline(deadline);
            a.ended = thingsboard::bring_in_step(
                c, f, [&a](const store::thingsboard_ids& ids) { a.learnt.push_back(ids); });
            return a;
        };
        const auto a = co_await threads_.run(std::move(work), deadline);
        if (!a.learnt.empty()) {
            auto write = [learnt = a.learnt, f = *facts](pg::transaction& t) {
                std::string link;
                for (const auto& ids : learnt) {
                    store::save_thingsboard_ids(t, ids);
                    if (ids.account == f.self.account) link = ids.activation_link;
                }
                if (!link.empty() && link != f.self.ids.activation_link)
                    store::queue_mail(t, events::notification::thingsboard_activation, std::nullopt,
                                      f.self.account);
            };
            co_await database_.run(std::move(write), deadline + 5s);
        }
        if (a.ended) co_return errand_outcome::done();
        const auto& why = a.ended.error();
        co_return why.hopeless ? errand_outcome::hopeless(why.reason) : errand_outcome::retry(why.reason);
    }

private:
    thingsboard::settings settings_;
    pg::pool& database_;
    std::atomic<bool> stopping_{false};
    async::blocking_pool threads_;
};

} // namespace

std::unique_ptr<errand_runner> make_thingsboard_runner(thingsboard::settings s, pg::pool& database) {
    return std::make_unique<runner>(std::move(s), database);
}

} // namespace voltlane::workers
