#include "workers/thingsboard/steps.hpp"

#include "shared/base/text.hpp"
#include "shared/domain/account_rules.hpp"

namespace voltlane::workers::thingsboard {
namespace {

using domain::customer_type;
using domain::customer_user_type;

customer wanted_customer(const store::thingsboard_person& p) {
    return {p.ids.customer, p.username, p.email, p.phone, p.account()};
}

bool same(const customer& a, const customer& b) {
    return a.title == b.title && a.email == b.email && a.phone == b.phone && a.account == b.account;
}

bool same(const user& a, const user& b) {
    return iequals(a.email, b.email) && a.first_name == b.first_name && a.last_name == b.last_name &&
           a.phone == b.phone;
}

// A refusal that the next look may explain: it is not for ever.
trouble passing_by(trouble t) {
    t.hopeless = false;
    return t;
}

// The customer of a CUSTOMER, made or changed where needed.
outcome<customer> ensure_customer(client& c, store::thingsboard_person p, const note& remember) {
    auto wanted = wanted_customer(p);
    std::optional<customer> there;
    if (!wanted.id.empty()) {
        auto known = c.find_customer(wanted.id);
        if (!known) return known.error();
        there = std::move(*known);
    }
    if (!there) {
        // Made before, and the answer was lost; or by hand, and not ours to take.
        auto titled = c.find_customer_by_title(wanted.title);
        if (!titled) return titled.error();
        there = std::move(*titled);
        if (there && there->account != wanted.account)
            return trouble{true, "ThingsBoard has another customer with the title \"" + wanted.title + "\""};
    }
    if (there) {
        wanted.id = there->id;
        wanted.raw = there->raw;
    }
    if (!there || !same(*there, wanted)) {
        auto made = c.save_customer(wanted);
        // Two of its members at once: the other made it.
        if (!made && made.error().hopeless && !there) return passing_by(made.error());
        if (!made) return made.error();
        wanted.id = made->id;
    }
    p.ids.customer = wanted.id;
    remember(p.ids);
    return wanted;
}

outcome<user> ensure_user(client& c, store::thingsboard_person p, const std::string& customer_id,
                          const note& remember) {
    user wanted{p.ids.user, customer_id, p.email, p.first_name, p.last_name, p.phone};
    std::optional<user> there;
    if (!wanted.id.empty()) {
        auto known = c.find_user(wanted.id);
        if (!known) return known.error();
        there = std::move(*known);
    }
    if (there && there->customer_id != customer_id) {
        // A user cannot change its customer.
        if (const auto gone = c.remove_user(there->id); !gone) return gone.error();
        there.reset();
    }
    if (!there) {
        auto named = c.find_user_by_email(customer_id, wanted.email);
        if (!named) return named.error();
        there = std::move(*named);
    }
    if (there) {
        wanted.id = there->id;
        wanted.raw = there->raw;
    }
    if (!there || !same(*there, wanted)) {
        auto made = c.save_user(wanted);
        if (!made) return made.error();
        wanted.id = made->id;
    }
    p.ids.user = wanted.id;
    remember(p.ids);
    return wanted;
}

outcome<bool> ensure_enabled(client& c, store::thingsboard_person p, bool wanted, const note& remember) {
    if (p.ids.enabled == wanted) return true;
    if (const auto changed = c.enable_user(p.ids.user, wanted); !changed) return changed.error();
    p.ids.enabled = wanted;
    remember(p.ids);
    return true;
}

} // namespace

bool belongs_there(const store::thingsboard_facts& f) {
    if (!f.self.email_verified) return false;
    if (f.self.user_type == customer_type) return true;
    if (f.self.user_type != customer_user_type || !f.self.is_approved || !f.parent) return false;
    return f.parent->user_type == customer_type && f.parent->email_verified;
}

outcome<bool> bring_in_step(client& c, const store::thingsboard_facts& f, const note& remember) {
    auto self = f.self;
    if (!belongs_there(f)) {
        if (self.ids.user.empty()) return true;
        return ensure_enabled(c, self, false, remember);
    }
    std::string customer_id;
    if (self.user_type == customer_type) {
        const auto own = ensure_customer(c, self, remember);
        if (!own) return own.error();
        customer_id = self.ids.customer = own->id;
    } else {
        const auto parents = ensure_customer(c, *f.parent, remember);
        if (!parents) return parents.error();
        customer_id = parents->id;
    }
    const bool first = self.ids.user.empty();
    const auto there = ensure_user(c, self, customer_id, remember);
    if (!there) return there.error();
    if (first || there->id != self.ids.user || self.ids.activation_link.empty()) {
        self.ids.user = there->id;
        const auto link = c.activation_link(there->id);
        if (!link) return link.error();
        if (*link) self.ids.activation_link = **link;
        remember(self.ids);
    }
    return ensure_enabled(c, self, self.may_log_in, remember);
}

} // namespace voltlane::workers::thingsboard
