#include "workers/pools/commands_pool.hpp"

#include "shared/events/command.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/command_rows.hpp"

#include <algorithm>
#include <optional>

namespace voltlane::workers {
namespace {

class commands_partition final : public partition_handler {
public:
    std::vector<unreadable_record> prepare(std::span<const source_record> records) override {
        std::vector<unreadable_record> unreadable;
        replies_.clear();
        for (std::size_t i = 0; i < records.size(); ++i) {
            auto parsed = events::parse_reply(records[i].value);
            if (!parsed) unreadable.push_back({i, "not a reply of ocpp.replies"});
            replies_.push_back(parsed ? std::optional(std::move(*parsed)) : std::nullopt);
        }
        return unreadable;
    }

    void write(pg::transaction& t, std::span<const std::size_t> which) override {
        std::vector<std::string> ids;
        for (const auto i : which)
            ids.push_back(replies_[i]->command.id());
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        auto lives = store::lock_commands(t, ids);
        std::map<std::string, domain::command_life> changed;
        for (const auto i : which) {
            const auto& reply = *replies_[i];
            const auto life = lives.find(reply.command.id());
            // Unknown: an API whose transaction was lost; the caller heard of that.
            if (life == lives.end() || !domain::apply(life->second, reply)) continue;
            changed.insert_or_assign(life->first, life->second);
        }
        store::write_commands(t, changed);
    }

    void committed() override {}
    void rolled_back() override {}
    void forget() override {}

private:
    std::vector<std::optional<events::reply>> replies_;
};

class commands_pool final : public partitioned_pool {
public:
    std::string_view name() const override { return "commands"; }
    std::string_view topic() const override { return events::topic::replies; }
    int schema_version() const override { return events::command_version; }
    bool concerns(std::string_view) const override { return true; }
    std::unique_ptr<partition_handler> open(std::int32_t) override {
        return std::make_unique<commands_partition>();
    }
};

} // namespace

std::unique_ptr<partitioned_pool> make_commands_pool() {
    return std::make_unique<commands_pool>();
}

} // namespace voltlane::workers
