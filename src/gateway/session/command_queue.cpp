#include "gateway/session/command_queue.hpp"

#include "shared/ocpp/frame_writer.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

namespace voltlane::gateway {
namespace {

constexpr std::string_view accepted_status = R"("Accepted")";

events::reply make_reply(const events::command& c, events::command_state state, const std::string& gateway,
                         timestamp at) {
    events::reply r;
    r.command = c;
    r.state = state;
    r.gateway = gateway;
    r.at = at;
    return r;
}

} // namespace

command_queue::command_queue(session_effects& effects, session_stats& stats, const std::string& gateway,
                             const sealing_key* key, sending on_sending)
    : effects_(effects)
    , stats_(stats)
    , gateway_(gateway)
    , key_(key)
    , on_sending_(std::move(on_sending)) {}

bool command_queue::seen(const std::string& id, timestamp deadline, instant now) {
    std::erase_if(seen_, [now](const auto& s) { return s.second < now.wall; });
    const bool known =
        std::any_of(seen_.begin(), seen_.end(), [&id](const auto& s) { return s.first == id; });
    if (known) return true;
    if (seen_.size() >= max_remembered) seen_.erase(seen_.begin());
    seen_.emplace_back(id, deadline);
    return false;
}

void command_queue::report(const events::command& c, events::command_state state, instant now) {
    conclude(make_reply(c, state, gateway_, now.wall));
}

void command_queue::conclude(events::reply r) {
    ++stats_.replies[static_cast<std::size_t>(r.state)];
    if (unconfirmed_.size() >= max_unconfirmed) {
        ++stats_.replies_dropped;
        unconfirmed_.erase(unconfirmed_.begin() + (on_its_way_ == word::result ? 1 : 0));
    }
    unconfirmed_.push_back(std::move(r));
}

void command_queue::push(events::command c, instant now) {
    if (c.deadline <= now.wall) return report(c, events::command_state::expired, now);
    if (seen(c.id(), c.deadline, now)) {
        ++stats_.duplicate_commands;
        return;
    }
    if (queued_.size() >= max_queued) return report(c, events::command_state::refused, now);
    queued_.push_back(std::move(c));
}

void command_queue::pump(bool allowed, instant now) {
    while (!queued_.empty() && queued_.front().deadline <= now.wall) {
        report(queued_.front(), events::command_state::expired, now);
        queued_.pop_front();
    }
    if (on_its_way_ != word::none) return;
    if (!unconfirmed_.empty()) {
        on_its_way_ = word::result;
        return effects_.publish_reply(unconfirmed_.front(), true);
    }
    if (current_ && current_->at == step::failed) return announce(now);
    if (!allowed || current_ || queued_.empty()) return;
    current_.emplace(outstanding{std::move(queued_.front())});
    queued_.pop_front();
    announce(now);
}

void command_queue::announce(instant now) {
    current_->at = step::announcing;
    on_its_way_ = word::announcement;
    ++stats_.replies[static_cast<std::size_t>(events::command_state::sent)];
    effects_.publish_reply(make_reply(current_->command, events::command_state::sent, gateway_, now.wall),
                           true);
}

void command_queue::settle(bool ok) {
    const auto was = std::exchange(on_its_way_, word::none);
    if (was == word::result && ok) {
        unconfirmed_.erase(unconfirmed_.begin());
        if (unconfirmed_.empty()) std::vector<events::reply>().swap(unconfirmed_);
    }
    if (was == word::announcement && !ok && current_ && current_->at == step::announcing)
        current_->at = step::failed;
}

void command_queue::on_reply_delivered(bool ok, bool allowed, instant now) {
    const bool announced = on_its_way_ == word::announcement;
    settle(ok);
    if (!ok) return; // again at the next tick: an announcement until its deadline, a result without end
    if (!announced || !current_ || current_->at != step::announcing) return pump(allowed, now);
    if (current_->command.deadline <= now.wall) {
        report(current_->command, events::command_state::timeout, now);
        current_.reset();
        return pump(allowed, now);
    }
    write(now);
    pump(allowed, now); // results that came up meanwhile
}

void command_queue::write(instant now) {
    const auto& c = current_->command;
    std::string frame;
    std::string shown;
    if (c.sealed.empty()) {
        ocpp::append_call(frame, c.id(), c.action, c.payload);
    } else {
        const auto opened = key_ ? key_->open(c.sealed) : result<std::string>(errc::unauthenticated);
        if (!opened) {
            auto r = make_reply(c, events::command_state::error, gateway_, now.wall);
            r.error_code = "InternalError";
            r.error_description = "the sealed params cannot be opened by this gateway";
            r.error_details = "{}";
            conclude(std::move(r));
            current_.reset();
            return pump(true, now);
        }
        ocpp::append_call(frame, c.id(), c.action, *opened);
        ocpp::append_call(shown, c.id(), c.action, c.payload);
    }
    if (c.vouch) on_sending_(c);
    current_->at = step::written;
    effects_.send(std::move(frame), shown);
}

void command_queue::finish(const events::command& c, const ocpp::frame& f, instant now) {
    auto r = make_reply(c, events::command_state::answered, gateway_, now.wall);
    last_answered_ = c.action;
    if (f.kind == ocpp::frame_kind::call_result) {
        r.response = f.payload_text;
        last_accepted_ = f.payload_text.find(accepted_status) != std::string_view::npos;
    } else {
        last_accepted_ = false;
        r.state = events::command_state::error;
        if (f.kind == ocpp::frame_kind::call_error) {
            r.error_code = f.error_text;
            r.error_details = f.payload ? boost::json::serialize(*f.payload) : "{}";
        } else {
            r.error_code = ocpp::to_string(ocpp::call_error_code::formation_violation);
            r.error_details = "{}";
        }
        r.error_description = f.description;
    }
    conclude(std::move(r));
}

bool command_queue::on_answer(const ocpp::frame& f, bool allowed, instant now) {
    if (current_ && current_->at == step::written && current_->command.id() == f.message_id) {
        finish(current_->command, f, now);
        current_.reset();
        pump(allowed, now);
        return true;
    }
    const auto late = std::find_if(late_.begin(), late_.end(),
                                   [&f](const events::command& c) { return c.id() == f.message_id; });
    if (late == late_.end()) return false;
    finish(*late, f, now);
    late_.erase(late);
    pump(allowed, now);
    return true;
}

void command_queue::on_tick(bool allowed, instant now) {
    if (current_ && current_->command.deadline <= now.wall) {
        // Not yet announced for certain: whether `sent` is in the log is not known, so it may not be called
        // expired.
        report(current_->command, events::command_state::timeout, now);
        if (current_->at == step::written) {
            if (late_.size() >= max_late) late_.erase(late_.begin());
            late_.push_back(std::move(current_->command));
        }
        current_.reset();
    }
    pump(allowed, now);
}

void command_queue::on_gone(instant now) {
    const auto last_word = [this](const events::reply& r) {
        effects_.publish_reply(r, false);
    };
    const std::size_t on_its_way = on_its_way_ == word::result ? 1 : 0;
    std::for_each(unconfirmed_.begin() + static_cast<std::ptrdiff_t>(on_its_way), unconfirmed_.end(),
                  last_word);
    const auto end = [&](const events::command& c, events::command_state state) {
        ++stats_.replies[static_cast<std::size_t>(state)];
        last_word(make_reply(c, state, gateway_, now.wall));
    };
    if (current_) end(current_->command, events::command_state::timeout);
    for (const auto& c : queued_)
        end(c, events::command_state::undeliverable);
    unconfirmed_.clear();
    current_.reset();
    queued_.clear();
}

} // namespace voltlane::gateway
