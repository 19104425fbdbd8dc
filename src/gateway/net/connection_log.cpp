// What a connection says into the log: its presence, its session's events, replies to commands.
#include "gateway/net/connection.hpp"
#include "gateway/shard.hpp"
#include "shared/events/topics.hpp"

#include <array>

namespace voltlane::gateway {
namespace {

constexpr std::array<kafka::header_view, 1> version_header(std::string_view version) {
    return {{{events::topic::header_version, version}}};
}

} // namespace

void connection::publish_opened() {
    opened_at_ = owner_.now().wall;
    presence_.on_publish(opened_at_);
    publish_presence(events::presence_state::opened);
}

void connection::publish_presence(events::presence_state state) {
    const auto& settings = owner_.settings();
    events::presence p;
    p.state = state;
    p.gateway = settings.gateway;
    p.instance = settings.instance;
    p.partition = settings.partition;
    p.identity = session_.who().identity;
    p.protocol = owner_.environment().adapter.protocol();
    p.at = state == events::presence_state::opened ? opened_at_ : owner_.now().wall;
    if (state != events::presence_state::opened) p.connection = presence_.latest();
    const auto value = encode(p);
    const auto headers = version_header("1");
    kafka::record r;
    r.topic = settings.topics.presence;
    r.key = key_text_;
    r.value = value;
    r.headers = headers;
    if (state == events::presence_state::held) {
        owner_.metrics().held.Increment();
        owner_.publisher().publish_detached(r);
        return;
    }
    presence_step_ =
        state == events::presence_state::opened ? presence_step::opening : presence_step::closing;
    presence_failed_ = false;
    presence_waiter_.hold(shared_from_this());
    if (owner_.publisher().publish(r, presence_waiter_)) {
        presence_waiter_.release();
        presence_failed_ = true;
        soon();
    }
}

void connection::presence_delivered(const kafka::delivery_report& report) {
    if (report.error) {
        presence_failed_ = true;
        if (gone_ && presence_step_ == presence_step::opening) return owner_.unlinger(*this);
        return soon();
    }
    if (presence_step_ == presence_step::closing) return owner_.unlinger(*this);
    if (report.offset >= 0 && presence_step_ == presence_step::opening)
        apply(presence_.on_report(report.offset)); // else its record is read back
    if (gone_) {
        if (presence_.latest().known())
            publish_presence(events::presence_state::closed);
        else
            owner_.unlinger(*this);
    }
}

void connection::on_presence(const presence_note& note) {
    apply(presence_.on_note(note));
    wake();
}

void connection::apply(presence_keeper::verdict v) {
    if (presence_.latest().known() && presence_step_ == presence_step::opening)
        presence_step_ = presence_step::opened;
    if (gone_) return;
    switch (v) {
    case presence_keeper::verdict::nothing: return;
    case presence_keeper::verdict::known:
        session_.on_opened(presence_.connection(), remote_, owner_.now());
        return;
    case presence_keeper::verdict::superseded:
        if (session_.is_closing()) return;
        superseded_ = true;
        owner_.metrics().superseded.Increment();
        owner_.log().info("{}: a newer connection took over", key_text_);
        session_.on_superseded();
        return;
    case presence_keeper::verdict::hold:
        session_.on_opened(presence_.connection(), remote_, owner_.now());
        publish_presence(events::presence_state::held);
        return;
    }
}

void connection::publish_event(std::string_view value, std::string_view event_id, bool awaited) {
    const std::array<kafka::header_view, 3> headers{{{events::topic::header_event_id, event_id},
                                                     {events::topic::header_version, "1"},
                                                     {events::topic::header_trace, event_id}}};
    kafka::record r;
    r.topic = owner_.settings().topics.inbound;
    r.key = key_text_;
    r.value = value;
    r.headers = headers;
    if (!awaited) {
        owner_.publisher().publish_detached(r);
        return;
    }
    event_waiter_.hold(shared_from_this());
    if (owner_.publisher().publish(r, event_waiter_)) {
        event_waiter_.release();
        event_refused_ = true;
        soon();
    }
}

void connection::event_delivered(const kafka::delivery_report& report) {
    session_.on_delivered(!report.error, owner_.now());
    if (report.error) soon();
    wake();
}

void connection::publish_reply(const events::reply& reply, bool awaited) {
    const auto value = encode(reply);
    const std::array<kafka::header_view, 2> headers{
        {{events::topic::header_version, "1"}, {events::topic::header_trace, reply.command.id()}}};
    kafka::record r;
    r.topic = owner_.settings().topics.replies;
    r.key = key_text_;
    r.value = value;
    r.headers = headers;
    if (!awaited) {
        owner_.publisher().publish_detached(r);
        return;
    }
    reply_waiter_.hold(shared_from_this());
    if (owner_.publisher().publish(r, reply_waiter_)) {
        reply_waiter_.release();
        reply_refused_ = true;
        soon();
    }
}

void connection::reply_delivered(const kafka::delivery_report& report) {
    session_.on_reply_delivered(!report.error, owner_.now());
    if (!gone_) soon();
}

} // namespace voltlane::gateway
