#pragma once

#include "shared/base/time.hpp"
#include "shared/ocpp/v16/calls.hpp"
#include "simulator/instant.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace voltlane::simulator {

// One charging session from the charger's side; shared by its connector and by its messages that still wait.
struct transaction {
    int connector = 0;
    std::string tag;
    std::optional<std::int64_t> id; // from the answer to StartTransaction
    timestamp started{};
    std::int64_t meter_start = 0;
    bool forgets_id = false; // a misbehaviour: -1 instead
};

// A call that waits or is on its way.
struct outgoing_call {
    ocpp::v16::action action{};
    // A JSON object; of a transaction's meter values and stop without transactionId, which goes in when it is
    // sent.
    std::string payload;
    std::shared_ptr<transaction> of; // set: a transaction message, kept until it is answered
    int connector = 0;
    std::string tag;        // of Authorize
    bool triggered = false; // the central system asked for it: may go while Pending
    bool repeat = false;    // the copy of an answered one (a misbehaviour)

    // the queue's own
    std::uint64_t order = 0;
    unsigned attempts = 0;
    timestamp not_before{};
};

// What may be sent (OCPP 1.6 section 4.2).
enum class gate : std::uint8_t {
    closed,    // no connection, or rejected
    boot,      // only BootNotification
    triggered, // pending: BootNotification and what was asked for
    open,
};

// The calls of one charger: one is under way at a time (OCPP-J 4.1.1), the others wait in two lists.
// Transaction messages (section 3.7) stay in order and are kept while there is no connection; each attempt
// gets a new message id. The rest is forgotten when the connection ends: only the present state matters then.
//
// Bounds: `max_kept` transaction messages, beyond it the oldest meter values go first, since the stop has the
// total; `max_ordinary` others, beyond it the new one is refused.
class call_queue {
public:
    static constexpr std::size_t max_kept = 1000; // two days without a network at a value in three minutes
    static constexpr std::size_t max_ordinary = 64;

    // False: refused or something older dropped.
    bool push(outgoing_call c);
    // Behind nothing: the copy of a message that was just answered.
    void push_front(outgoing_call c);

    struct departure {
        std::string frame;
        ocpp::v16::action action;
    };
    // The next call, if one may go; it is then under way until take(), retry or on_disconnected().
    std::optional<departure> depart(timestamp now, gate g);

    bool busy() const noexcept { return under_way_.has_value(); }
    std::size_t kept() const noexcept { return kept_.size(); }
    bool empty() const noexcept { return kept_.empty() && ordinary_.empty() && !under_way_; }
    timestamp sent_at() const noexcept { return sent_at_; }
    // When something that waits may go at last; never where nothing waits for a time.
    timestamp due(gate g) const noexcept;

    // The call under way, if the id is its; nullopt for late and unknown answers. It has left the queue.
    std::optional<outgoing_call> take(std::string_view message_id);
    // Whatever is under way.
    std::optional<outgoing_call> take();
    // Puts a transaction message back in front, not to be sent before `at`.
    void retry(outgoing_call c, timestamp at);

    // The connection ended: a transaction message under way goes back in front, all others are dropped and
    // told to `lost(const outgoing_call&)`, which may push new ones.
    template <class Lost>
    void on_disconnected(Lost lost) {
        if (under_way_) {
            auto c = std::move(*under_way_);
            under_way_.reset();
            if (c.of)
                retry(std::move(c), timestamp{});
            else
                lost(c);
        }
        const auto dropped = std::exchange(ordinary_, {});
        for (const auto& c : dropped)
            lost(c);
    }

private:
    std::list<outgoing_call> ordinary_;
    std::list<outgoing_call> kept_;
    std::optional<outgoing_call> under_way_;
    std::string id_;
    timestamp sent_at_{};
    std::uint64_t next_order_ = 1;
    std::uint64_t next_id_ = 1;
};

} // namespace voltlane::simulator
