#include "workers/mail/mail_runner.hpp"

#include "shared/async/blocking_pool.hpp"
#include "shared/base/log.hpp"

namespace voltlane::workers {
namespace {

using namespace std::chrono_literals;

constexpr auto database_patience = 10s;
// With less before the deadline no dialogue is begun: one that is cut off may have delivered the mail, and is
// repeated.
constexpr auto least_time = 3s;

class mail_runner final : public errand_runner {
public:
    mail_runner(mail_settings s, mail_templates templates, pg::pool& database, const clock& c)
        : settings_(std::make_shared<const mail_settings>(std::move(s)))
        , templates_(std::move(templates))
        , database_(database)
        , clock_(c)
        , threads_(settings_->connections, settings_->connections) {}

    ~mail_runner() override { *stop_ = true; }

    async::awaitable<errand_outcome> carry_out(store::delivery d, async::steady_point deadline) override {
        const auto now = clock_.now();
        auto prepare = [settings = settings_, d, now](pg::transaction& t) {
            return prepare_letter(t, d, settings->letters, now);
        };
        const auto letter =
            co_await database_.run(std::move(prepare), clock_.steady_now() + database_patience);
        if (!letter) {
            log::get("mail")->debug("{} ({}): no mail is needed", d.id, d.name);
            co_return errand_outcome::done();
        }
        if (!is_mail_address(letter->to)) co_return errand_outcome::hopeless("no usable e-mail address");
        auto written = templates_.write(d.name, letter->values);
        mail m{d.id,
               settings_->from,
               {{}, letter->to},
               std::move(written.subject),
               std::move(written.text),
               std::move(written.html),
               now};
        auto send = [settings = settings_, m = std::move(m), stop = stop_, deadline] {
            return send_mail(settings->smtp, m, *stop, deadline);
        };
        const auto result = co_await threads_.run(std::move(send), deadline - least_time);
        switch (result.what) {
        case smtp_result::verdict::accepted:
            log::get("mail")->info("mail {} ({}) was accepted", d.id, d.name);
            co_return errand_outcome::done();
        case smtp_result::verdict::later: co_return errand_outcome::retry(result.reason);
        case smtp_result::verdict::refused: co_return errand_outcome::hopeless(result.reason);
        }
        co_return errand_outcome::retry("no verdict");
    }

    std::size_t most_at_once() const override { return settings_->connections; }
    std::chrono::milliseconds patience() const override {
        return database_patience + settings_->smtp.total_limit;
    }
    void stop() override { *stop_ = true; }

private:
    std::shared_ptr<const mail_settings> settings_;
    mail_templates templates_;
    pg::pool& database_;
    const clock& clock_;
    std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
    async::blocking_pool threads_; // last: its threads end first
};

} // namespace

std::unique_ptr<errand_runner> make_mail_runner(mail_settings s, mail_templates templates, pg::pool& database,
                                                const clock& c) {
    return std::make_unique<mail_runner>(std::move(s), std::move(templates), database, c);
}

} // namespace voltlane::workers
