#include "workers/pools/notify_pool.hpp"

#include "shared/events/notification.hpp"
#include "shared/events/topics.hpp"
#include "shared/store/deliveries.hpp"

#include <algorithm>

namespace voltlane::workers {
namespace {

using events::notification;

bool is_known(const notification& n) {
    constexpr auto& mails = notification::mails;
    if (n.kind == "integration") return n.name == notification::thingsboard;
    return n.kind == "mail" && std::find(mails.begin(), mails.end(), n.name) != mails.end();
}

class notify_partition final : public partition_handler {
public:
    explicit notify_partition(std::int32_t partition) : partition_(partition) {}

    std::vector<unreadable_record> prepare(std::span<const source_record> records) override {
        std::vector<unreadable_record> unreadable;
        deliveries_.clear();
        for (std::size_t i = 0; i < records.size(); ++i) {
            deliveries_.emplace_back();
            auto n = events::parse_notification(records[i].value);
            if (!n)
                unreadable.push_back({i, "not a notification of csms.notifications"});
            else if (!is_known(*n))
                unreadable.push_back({i, "nobody knows how to carry it out"});
            else
                deliveries_.back() = delivery_of(std::move(*n), records[i].offset);
        }
        return unreadable;
    }

    void write(pg::transaction& t, std::span<const std::size_t> which) override {
        std::vector<store::delivery> wanted;
        for (const auto i : which)
            wanted.push_back(deliveries_[i]);
        store::insert_deliveries(t, wanted);
    }

    void committed() override {}
    void rolled_back() override {}
    void forget() override {}

private:
    store::delivery delivery_of(notification n, std::int64_t offset) const {
        store::delivery d;
        d.id = std::move(n.id);
        d.kind = std::move(n.kind);
        d.name = std::move(n.name);
        d.tenant = n.tenant;
        d.account = n.account;
        d.ids = std::move(n.ids);
        d.asked_at = n.at;
        d.source_partition = partition_;
        d.source_offset = offset;
        return d;
    }

    std::int32_t partition_;
    std::vector<store::delivery> deliveries_; // one a record; empty where it cannot be read
};

class notify_pool final : public partitioned_pool {
public:
    std::string_view name() const override { return "notify"; }
    std::string_view topic() const override { return events::topic::notifications; }
    int schema_version() const override { return events::notification_version; }
    bool concerns(std::string_view) const override { return true; }
    std::unique_ptr<partition_handler> open(std::int32_t partition) override {
        return std::make_unique<notify_partition>(partition);
    }
};

} // namespace

std::unique_ptr<partitioned_pool> make_notify_pool() {
    return std::make_unique<notify_pool>();
}

} // namespace voltlane::workers
