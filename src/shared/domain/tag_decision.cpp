#include "shared/domain/tag_decision.hpp"

#include "shared/domain/session/time_rules.hpp"

namespace voltlane::domain {
namespace {

bool lies_in(const events::vouch_entry& v, timestamp t) {
    return t >= v.from && t <= v.until;
}

} // namespace

bool vouch_holds(const tag_question& q) {
    if (q.vouch == nullptr) return false;
    if (q.use == tag_use::authorize) return lies_in(*q.vouch, q.received_at);
    if (!q.vouch_bound_to.empty() && q.vouch_bound_to != q.identity_hash) return false;
    if (lies_in(*q.vouch, q.received_at)) return true;
    return is_trusted(q.started_at, q.received_at) && lies_in(*q.vouch, *q.started_at);
}

tag_answer decide_tag(const tag_question& q) {
    const bool vouched = vouch_holds(q);
    tag_answer a;
    if (q.tag != nullptr) {
        const bool expired = q.tag->expiry && *q.tag->expiry <= q.received_at;
        a.status = q.tag->status == "Accepted" && expired ? std::string_view("Expired") : q.tag->status;
        if (a.accepted()) a.expiry = q.tag->expiry;
        a.parent_id_tag = q.tag->parent_id_tag;
        a.account = q.tag->account;
        a.user_type = q.tag->user_type;
    } else if (q.accept_unknown_tags || vouched) {
        a.status = "Accepted";
    }
    if (vouched) {
        a.vouched_by = q.vouch->command;
        a.started_by = q.vouch->account;
        a.user_type = q.vouch->user_type;
    }
    return a;
}

} // namespace voltlane::domain
