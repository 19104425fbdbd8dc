#include "admin/topic_scan.hpp"

#include "admin/failure.hpp"
#include "shared/async/types.hpp"
#include "shared/kafka/reader.hpp"

#include <boost/asio/co_spawn.hpp>

namespace voltlane::admin {
namespace {

using namespace std::chrono_literals;

constexpr auto start_patience = 15s; // a cluster that answers at all does so well within it
constexpr auto stop_patience = 5s;   // then the client is abandoned; the process ends anyway
constexpr auto silence = 60s;        // without a record or an end: the brokers are gone

struct scan {
    kafka::reader& reader;
    const std::string& topic;
    const std::function<void(const kafka::record_view&)>& visit;
    error_code failed;

    async::awaitable<void> run() {
        failed = co_await reader.start(std::chrono::steady_clock::now() + start_patience);
        while (!failed && !reader.caught_up()) {
            auto batch = co_await reader.next_batch();
            if (batch)
                for (const auto& r : *batch)
                    visit(r);
            else
                failed = batch.error();
        }
        co_await reader.stop(std::chrono::steady_clock::now() + stop_patience);
    }
};

} // namespace

void scan_topic(const kafka::client_settings& client, const std::string& topic,
                const std::function<void(const kafka::record_view&)>& visit) {
    async::asio::io_context context(1);
    metrics::registry registry;
    kafka::consumer_metrics counters(registry);
    kafka::source from;
    from.topic = topic;
    kafka::reader reader({client, {from}}, context.get_executor(), counters);
    scan work{reader, topic, visit, {}};

    bool finished = false;
    std::exception_ptr thrown;
    async::asio::co_spawn(context, work.run(), [&](std::exception_ptr e) {
        finished = true;
        thrown = e;
    });
    auto last = reader.last_progress();
    auto seen = std::chrono::steady_clock::now();
    while (!finished) {
        context.run_one_for(1s);
        const auto now = std::chrono::steady_clock::now();
        if (std::exchange(last, reader.last_progress()) != last) seen = now;
        if (now - seen > silence)
            throw failure("Kafka: " + topic + " cannot be read to its end", exit_code::unreachable);
    }
    if (thrown) std::rethrow_exception(thrown);
    if (work.failed) kafka_failed("read " + topic, work.failed);
}

} // namespace voltlane::admin
