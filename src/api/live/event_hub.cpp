#include "api/live/event_hub.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

bool at_or_behind(const live_position& floor, const live_position& place) {
    for (std::size_t i = 0; i < live_topics; ++i) {
        const auto& f = floor.logs[i];
        const auto& p = place.logs[i];
        if (f.generation != p.generation || f.next.size() != p.next.size()) return false;
        for (std::size_t n = 0; n < f.next.size(); ++n)
            if (p.next[n] < f.next[n]) return false;
    }
    return true;
}

void count_down(std::unordered_map<std::int64_t, std::size_t>& counts, std::int64_t key) {
    const auto found = counts.find(key);
    if (--found->second == 0) counts.erase(found);
}

std::size_t count_of(const std::unordered_map<std::int64_t, std::size_t>& counts, std::int64_t key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

} // namespace

event_hub::subscription::~subscription() {
    const std::lock_guard lock(hub_.mutex_);
    if (const auto found = hub_.rings_.find(audience_); found != hub_.rings_.end())
        std::erase(found->second.followers, this);
    --hub_.subscriptions_;
    count_down(hub_.of_account_, who_.account());
    if (who_.tenant) count_down(hub_.of_tenant_, (*who_.tenant)());
    hub_.metrics_.event_streams.Decrement();
}

// A super_admin follows its tenant; a member its tenant too, less what belongs to others; a driver without a
// tenant itself.
bool event_hub::sees(const domain::caller& who, const live_event& e) {
    if (who.role == domain::role::super_admin && who.tenant) return e.tenant == *who.tenant;
    if (e.owner) return *e.owner == who.account;
    return who.tenant && e.tenant == *who.tenant;
}

void event_hub::begin(live_position start) {
    const std::lock_guard lock(mutex_);
    if (!at_or_behind(current_, start)) {
        for (auto& [name, r] : rings_) {
            r.events.clear();
            for (auto* s : r.followers) {
                s->reset_ = true;
                s->wake_();
            }
        }
        history_.clear();
        held_.clear();
        last_update_.clear();
    }
    for (auto& [name, r] : rings_)
        r.floor = start;
    start_ = start;
    current_ = std::move(start);
}

void event_hub::put(const std::string& audience, const kept& k) {
    auto [at, made] = rings_.try_emplace(audience);
    auto& r = at->second;
    if (made) r.floor = start_;
    r.events.push_back(k);
    metrics_.events_kept.Increment();
    if (r.events.size() > most_per_audience) {
        const auto& oldest = *r.events.front().event;
        auto& next = r.floor[oldest.topic].next;
        if (static_cast<std::size_t>(oldest.partition) < next.size())
            next[static_cast<std::size_t>(oldest.partition)] = oldest.offset + 1;
        r.dropped = r.events.front().number;
        r.events.pop_front();
        metrics_.events_kept.Decrement();
    }
    for (auto* s : r.followers)
        if (sees(s->who_, *k.event)) s->wake_();
}

void event_hub::emit(live_event e) {
    const kept k{next_number_++, clock_.steady_now(), std::make_shared<const live_event>(std::move(e))};
    put(audience_of(k.event->tenant), k);
    if (k.event->owner) put(audience_of(*k.event->owner), k);
}

void event_hub::add(live_event e, bool update, std::int64_t session) {
    const std::lock_guard lock(mutex_);
    if (e.topic == live_topic::sessions) {
        const auto now = clock_.steady_now();
        const auto last = last_update_.find(session);
        if (update && last != last_update_.end() && now - last->second < update_every) {
            const auto due = last->second + update_every;
            held_[session] = {std::move(e), due};
            return;
        }
        held_.erase(session);
        last_update_[session] = now;
    }
    emit(std::move(e));
}

void event_hub::advance(live_topic topic, std::int32_t partition, std::int64_t next) {
    const std::lock_guard lock(mutex_);
    auto& log = current_[topic];
    if (partition >= 0 && static_cast<std::size_t>(partition) < log.next.size())
        log.next[static_cast<std::size_t>(partition)] = next;
}

void event_hub::tick() {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady_now();
    for (auto at = held_.begin(); at != held_.end();) {
        if (at->second.due > now) {
            ++at;
            continue;
        }
        last_update_[at->first] = now;
        emit(std::move(at->second.event));
        at = held_.erase(at);
    }
    std::erase_if(last_update_, [now](const auto& entry) { return now - entry.second >= update_every; });
    for (auto at = rings_.begin(); at != rings_.end();) {
        auto& events = at->second.events;
        while (!events.empty() && now - events.front().at > keep) {
            at->second.dropped = events.front().number;
            events.pop_front();
            metrics_.events_kept.Decrement();
        }
        at = events.empty() && at->second.followers.empty() ? rings_.erase(at) : std::next(at);
    }
    if (history_.empty() || history_.back().second != current_) history_.emplace_back(now, current_);
    // The first entry is the place as of ten minutes ago: the second one is younger.
    while (history_.size() > 1 && now - history_[1].first > keep)
        history_.pop_front();
}

std::string event_hub::current_id() const {
    live_position place = current_;
    // What is held back still comes: a client that returns with this id must get it.
    for (const auto& [session, h] : held_) {
        auto& next = place[h.event.topic].next;
        const auto p = static_cast<std::size_t>(h.event.partition);
        if (p < next.size()) next[p] = std::min(next[p], h.event.offset);
    }
    return to_event_id(place);
}

bool event_hub::keeps(const live_position& place, const ring& r) const {
    if (!at_or_behind(r.floor, place)) return false;
    const auto now = clock_.steady_now();
    const bool aged = !history_.empty() && now - history_.front().first > keep;
    return !aged || at_or_behind(history_.front().second, place);
}

bool event_hub::full_for(const domain::caller& who) const {
    if (subscriptions_ >= most_subscriptions) return true;
    if (count_of(of_account_, who.account()) >= most_per_account) return true;
    return who.tenant && count_of(of_tenant_, (*who.tenant)()) >= most_per_tenant;
}

std::unique_ptr<event_hub::subscription>
event_hub::subscribe(const domain::caller& who, std::string_view last_id, std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    if (full_for(who)) return nullptr;
    std::unique_ptr<subscription> s(new subscription(*this, who, std::move(wake)));
    s->audience_ = who.tenant ? audience_of(*who.tenant) : audience_of(who.account);
    auto [at, made] = rings_.try_emplace(s->audience_);
    if (made) at->second.floor = start_;
    s->cursor_ = next_number_;
    if (!last_id.empty()) {
        const auto place = parse_event_id(last_id);
        if (place && keeps(*place, at->second)) {
            s->from_ = *place;
            s->cursor_ = 0;
        } else {
            s->reset_ = true;
        }
    }
    at->second.followers.push_back(s.get());
    ++subscriptions_;
    ++of_account_[who.account()];
    if (who.tenant) ++of_tenant_[(*who.tenant)()];
    metrics_.event_streams.Increment();
    return s;
}

event_hub::batch event_hub::subscription::take() {
    const std::lock_guard lock(hub_.mutex_);
    batch b;
    b.reset = std::exchange(reset_, false);
    const auto& r = hub_.rings_.find(audience_)->second;
    // Too slow: what it had not taken is gone.
    if (cursor_ != 0 && cursor_ <= r.dropped) b.reset = true;
    auto at = std::lower_bound(r.events.begin(), r.events.end(), cursor_,
                               [](const kept& k, std::uint64_t n) { return k.number < n; });
    for (; at != r.events.end() && b.events.size() < most_per_batch; ++at) {
        cursor_ = at->number + 1;
        const auto& e = *at->event;
        if (!sees(who_, e)) continue;
        if (from_) {
            const auto& next = (*from_)[e.topic].next;
            const auto p = static_cast<std::size_t>(e.partition);
            if (p < next.size() && e.offset < next[p]) continue;
        }
        b.events.push_back(at->event);
    }
    if (at == r.events.end()) {
        cursor_ = hub_.next_number_;
        b.id = hub_.current_id();
    }
    return b;
}

} // namespace voltlane::api
