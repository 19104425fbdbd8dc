#pragma once

#include "api/live/command_desk.hpp"
#include "api/live/event_hub.hpp"
#include "api/live/presence_view.hpp"
#include "api/live/spellings.hpp"
#include "shared/async/task_group.hpp"
#include "shared/kafka/reader.hpp"
#include "shared/pg/pool.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace voltlane::api {

// Follows the log for this pod: csms.presence from its beginning (one reader, which also finds out which
// gateways fell silent), and ocpp.replies, csms.sessions and csms.stations from ten minutes ago (another
// one). Without a broker it tries again for ever; reads of the API go on meanwhile.
//
// Lives on the home shard: run once, then stop.
class live_reader {
public:
    live_reader(async::executor home, kafka::client_settings client, kafka::consumer_metrics& consumer,
                pg::pool& database, presence_view& presence, command_desk& desk, event_hub& hub,
                const clock& c, metrics& m);

    void start();
    // Both readers stood at the log's end (presence again, where its place was lost): commands can be
    // addressed, replies are seen.
    bool caught_up() const noexcept { return presence_caught_up_ && live_caught_up_; }
    async::awaitable<void> stop();

private:
    async::awaitable<void> follow_presence();
    async::awaitable<void> follow_live();
    async::awaitable<void> watch_silence();
    async::awaitable<void> tick();
    // Generations of the topics from PostgreSQL; waits until it answers and all logs exist.
    async::awaitable<std::map<std::string, std::int32_t>> read_generations();
    async::awaitable<bool> begin(kafka::reader& r);
    // The reader lost its place: from the beginning, however long that takes. False: stopped.
    async::awaitable<bool> begin_anew(kafka::reader& r, error_code why);
    // Where the reader of the live topics stands, before its first record.
    void begin_hub(const std::map<std::string, std::int32_t>& generations);
    void take_presence(const kafka::record_view& record, std::int32_t generation);
    void note_presence_end();
    // Who waits for a command is told first; how its charge point is spelled may need the database.
    std::vector<charger_key> take_replies(const kafka::record_batch& all);
    void take_live(const kafka::record_view& record);
    void unreadable(const kafka::record_view& record);

    async::executor home_;
    kafka::client_settings client_;
    kafka::consumer_metrics& consumer_;
    pg::pool& database_;
    presence_view& presence_;
    command_desk& desk_;
    event_hub& hub_;
    spellings spellings_;
    const clock& clock_;
    metrics& metrics_;
    async::task_group group_;
    std::unique_ptr<kafka::reader> presence_reader_, live_;
    bool presence_caught_up_ = false;
    bool live_caught_up_ = false;
};

} // namespace voltlane::api
