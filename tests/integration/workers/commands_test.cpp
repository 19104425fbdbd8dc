#include "pool_fixture.hpp"
#include "shared/events/command.hpp"
#include "shared/store/command_rows.hpp"
#include "workers/pools/commands_pool.hpp"

namespace voltlane::testing {
namespace {

using events::command_state;
using namespace std::chrono_literals;

class commands_test : public pool_test {
protected:
    commands_test() {
        charge_point = value("insert into charge_points (tenant_id, canonical_id, identity, name) values (" +
                             std::to_string(tenant) + ", 'bura', 'BURA', 'BURA') returning id");
    }
    std::string add_command(const std::string& deadline = "now() + interval '1 minute'") {
        return value(
            "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, deadline) "
            "values (gen_random_uuid(), " +
            std::to_string(tenant) + ", " + charge_point + ", " + std::to_string(account) +
            ", 'Reset', '{}', " + deadline + ") returning id");
    }
    void reply(const std::string& id, command_state state, std::string response = {}) {
        events::reply r;
        r.command.id = command_id{id};
        r.command.key = {tenant_id{tenant}, "bura"};
        r.command.gateway = "gateway-1";
        r.command.connection = {1, 5};
        r.command.action = "Reset";
        r.command.payload = "{}";
        r.command.by = account_id{account};
        r.command.created_at = r.command.deadline = log.now();
        r.state = state;
        r.gateway = "gateway-1";
        r.at = log.now();
        r.response = std::move(response);
        if (state == command_state::error) {
            r.error_code = "NotSupported";
            r.error_description = "says \"no\"";
            r.error_details = "{}";
        }
        log.raw(to_string(r.command.key), events::encode(r));
    }
    std::string state(const std::string& id) const {
        return value("select concat_ws(' ', state, response, error->>'code', sent_at is not null, ended_at "
                     "is not null) "
                     "from commands where id = '" +
                     id + "'");
    }

    std::string charge_point;
    charger_log log{tenant};
};

TEST_F(commands_test, move_on_by_what_the_gateways_say) {
    worker w(database, workers::make_commands_pool());
    const auto answered = add_command();
    const auto refused = add_command();
    const auto error = add_command();
    reply(answered, command_state::sent);
    reply(error, command_state::sent);
    reply(refused, command_state::refused);
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(state(answered), "sent t f");
    EXPECT_EQ(state(refused), "refused f t");
    reply(answered, command_state::answered, R"({"status": "Accepted"})");
    reply(error, command_state::error);
    reply("6f1f6d0e-0000-4000-8000-00000000ffff", command_state::sent); // nobody's
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(state(answered), R"(answered {"status": "Accepted"} t t)");
    EXPECT_EQ(state(error), "error NotSupported t t");
}

TEST_F(commands_test, late_answer_moves_a_timeout_on) {
    worker w(database, workers::make_commands_pool());
    const auto id = add_command();
    reply(id, command_state::sent);
    reply(id, command_state::timeout);
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(state(id), "timeout t t");
    reply(id, command_state::answered, "{}");
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(state(id), "answered {} t t");
}

TEST_F(commands_test, without_news_end_past_deadline_and_grace) {
    const auto queued = add_command("now() - interval '40 seconds'");
    const auto sent = add_command("now() - interval '40 seconds'");
    const auto young = add_command("now() - interval '10 seconds'");
    database.exec("update commands set state = 'sent', sent_at = now() where id = '" + sent + "'");
    pg::database db(database.settings());
    const auto now = system_clock().now();
    EXPECT_EQ(db.run([&](pg::transaction& t) { return store::end_overdue_commands(t, now, 100); }), 2u);
    EXPECT_EQ(state(queued), "expired f t");
    EXPECT_EQ(state(sent), "timeout t t");
    EXPECT_EQ(state(young), "queued f f");
}

TEST_F(commands_test, unreadable_replies_are_put_aside) {
    worker w(database, workers::make_commands_pool());
    log.raw("1/bura", "{}");
    ASSERT_EQ(w.work(log), workers::batch_outcome::written);
    EXPECT_EQ(w.metrics().dead_letters.Value(), 1);
}

} // namespace
} // namespace voltlane::testing
