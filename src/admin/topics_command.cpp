#include "admin/topics_command.hpp"

#include "admin/republish.hpp"
#include "admin/topics_plan.hpp"
#include "shared/events/directory.hpp"
#include "shared/events/topics.hpp"
#include "shared/pg/connection.hpp"
#include "shared/store/offsets.hpp"
#include "shared/store/outbox.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace voltlane::admin {
namespace {

// "topics" in ASCII.
constexpr std::int64_t apply_lock = 0x746f70696373;
constexpr pg::statement take_lock{"admin.topics_lock", "select pg_advisory_lock($1)"};

constexpr std::chrono::seconds metadata_patience{15};
constexpr std::chrono::milliseconds metadata_poll{100};

std::int32_t replication(const session& s) {
    return static_cast<std::int32_t>(s.options().topic_replication);
}

std::vector<kafka::topic_declaration> declarations(const session& s) {
    try {
        return kafka::load_topics(s.options().topics_dir);
    } catch (const std::invalid_argument& wrong) {
        throw failure(wrong.what());
    }
}

// A broker may hear of a topic seconds after the controller made it. Asked until one tells.
kafka::topic_layout describe_when_known(kafka::admin& broker, const std::string& name) {
    const auto deadline = std::chrono::steady_clock::now() + metadata_patience;
    for (;;) {
        auto layout = broker.describe(name);
        if (layout) return std::move(*layout);
        if (layout.error() != errc::not_found || std::chrono::steady_clock::now() >= deadline)
            kafka_failed("describe " + name, layout.error(), broker.what());
        std::this_thread::sleep_for(metadata_poll);
    }
}

// Whether Kafka has the topic, on the controller's word: a log that only seems lost must not get a new
// generation. It also refuses here what it would refuse to create, before anything is done.
bool exists(kafka::admin& broker, const kafka::topic_layout& wanted) {
    const auto ec = broker.validate(wanted);
    if (ec && ec != errc::conflict) kafka_failed("create " + wanted.name, ec, broker.what());
    return ec == errc::conflict;
}

std::map<std::string, topic_state> read_states(session& s, kafka::admin& broker,
                                               const std::vector<kafka::topic_declaration>& declared) {
    std::map<std::string, topic_state> states;
    const auto names = broker.list();
    if (!names) kafka_failed("list the topics at " + s.options().kafka, names.error(), broker.what());
    for (const auto& name : *names)
        states[name].layout = describe_when_known(broker, name);
    for (const auto& d : declared) {
        auto& state = states[d.name];
        if (!state.layout && exists(broker, wanted_layout(d, replication(s))))
            state.layout = describe_when_known(broker, d.name);
    }
    s.database().read([&](pg::transaction& t) {
        for (const auto& d : declared)
            states[d.name].generation = store::log_generation(t, d.name);
    });
    return states;
}

void print(session& s, const topic_change& c) {
    s.out() << c.topic << ": " << c.text << '\n';
}

// The new generation of a topic's log, on its way to the gateways when this returns.
std::int32_t raise(session& s, const std::string& topic) {
    return s.database().run([&](pg::transaction& t) {
        const auto generation = store::raise_generation(t, topic);
        const events::directory_entry entry = events::generation_entry{topic, generation};
        store::queue(t, {std::string(events::topic::directory), events::directory_key(entry),
                         events::encode(entry), events::directory_version});
        return generation;
    });
}

void apply_one(session& s, kafka::admin& broker, const topic_change& c) {
    switch (c.action) {
    case topic_action::create:
    case topic_action::recreate: {
        const auto generation = raise(s, c.topic);
        if (const auto ec = broker.create(c.layout)) kafka_failed("create " + c.topic, ec, broker.what());
        s.out() << c.topic << ": created, generation " << generation << '\n';
        return;
    }
    case topic_action::adopt:
        s.out() << c.topic << ": noted as generation " << raise(s, c.topic) << '\n';
        return;
    case topic_action::configure:
        if (const auto ec = broker.alter_configs(c.topic, c.layout.configs))
            kafka_failed("configure " + c.topic, ec, broker.what());
        print(s, c);
        return;
    case topic_action::repartition:
    case topic_action::replicate:
    case topic_action::undeclared: print(s, c); return;
    }
}

} // namespace

exit_code diff_topics(session& s) {
    const auto declared = declarations(s);
    kafka::admin broker(s.kafka_client());
    const auto changes = plan_topics(declared, read_states(s, broker, declared), replication(s));
    for (const auto& c : changes)
        print(s, c);
    const bool different =
        std::any_of(changes.begin(), changes.end(), [](const auto& c) { return matters(c.action); });
    if (!different) s.out() << "no difference in " << declared.size() << " topics\n";
    return different ? exit_code::different : exit_code::done;
}

void apply_topics(session& s) {
    const auto declared = declarations(s);
    s.database(); // its schema is ours
    pg::connection lock(s.database_settings());
    lock.exec_alone(take_lock, {apply_lock});

    kafka::admin broker(s.kafka_client());
    const auto changes = plan_topics(declared, read_states(s, broker, declared), replication(s));
    for (const auto& c : changes)
        if (c.action == topic_action::repartition) throw failure(c.topic + " " + c.text);
    for (const auto& c : changes)
        apply_one(s, broker, c);
    const bool emptied = std::any_of(changes.begin(), changes.end(), [](const auto& c) {
        return c.action == topic_action::recreate && c.topic == events::topic::directory;
    });
    if (emptied) {
        const auto queued = queue_everything(s.database());
        s.out() << events::topic::directory << ": " << queued.size() << " entries queued anew\n";
    }
    if (std::none_of(changes.begin(), changes.end(), [](const auto& c) { return matters(c.action); }))
        s.out() << "nothing to do for " << declared.size() << " topics\n";
}

} // namespace voltlane::admin
