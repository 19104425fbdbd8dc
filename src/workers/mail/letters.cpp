#include "workers/mail/letters.hpp"

#include "shared/base/random.hpp"
#include "shared/base/text.hpp"
#include "shared/base/unicode.hpp"
#include "shared/events/notification.hpp"
#include "shared/store/mail_facts.hpp"
#include "shared/store/one_time_tokens.hpp"
#include "shared/store/thingsboard.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace voltlane::workers {
namespace {

using events::notification;
using store::mail_account;
using store::token_purpose;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t longest_name = 80; // bytes
// Of mails that anybody may ask for, to an address that anybody may name. Who asks sooner gets none.
constexpr std::chrono::seconds mail_pause{60};

// Also the full stops of other scripts, which browsers take for dots.
bool is_dot(char32_t c) {
    return std::u32string_view(U".\u3002\uFF0E\uFF61").find(c) != std::u32string_view::npos;
}

// "evil.example", "http://evil", "www.evil": a mail program makes a link of it.
bool is_like_address(std::string_view name) {
    const auto folded = ascii_lower(name);
    if (folded.find('/') != std::string::npos || folded.find("www.") != std::string::npos) return true;
    const auto text = code_points(name);
    for (std::size_t i = 1; i + 1 < text.size(); ++i)
        if (is_dot(text[i]) && is_letter_or_digit(text[i - 1]) && is_letter_or_digit(text[i + 1]))
            return true;
    return false;
}

std::string name_of(const mail_account& a) {
    return shown_name(a.first_name + (a.first_name.empty() || a.last_name.empty() ? "" : " ") + a.last_name,
                      a.username);
}

std::optional<std::int64_t> id_of(const store::delivery& d, std::string_view name) {
    const auto found = d.ids.find(name);
    return found == d.ids.end() ? std::nullopt : std::optional(found->second);
}

class writer {
public:
    writer(pg::transaction& t, const store::delivery& d, const letter_settings& s, timestamp now)
        : t_(t)
        , delivery_(d)
        , settings_(s)
        , now_(now) {}

    std::optional<letter> write() {
        const std::string_view name = delivery_.name;
        if (name == notification::invitation) return invitation();
        if (name == notification::password_reset) return password_reset();
        const auto to = receiver();
        if (!to) return std::nullopt;
        if (name == notification::verify_email) return verify_email(*to);
        if (name == notification::approval_requested) return approval_requested(*to);
        // To who has proven to have that address; others read the decision when they log in.
        if (name == notification::approval_granted && to->is_approved && to->email_verified)
            return answer(*to);
        if (name == notification::approval_refused && to->is_refused && to->email_verified)
            return answer(*to);
        if (name == notification::password_changed) return letter_to(*to);
        if (name == notification::thingsboard_activation) return thingsboard_activation(*to);
        return std::nullopt;
    }

private:
    // Of a mail that was asked for by an e-mail: whose that is.
    std::optional<mail_account> receiver() {
        if (delivery_.account) return store::find_mail_account(t_, *delivery_.account);
        const auto request = id_of(delivery_, "request");
        return request ? store::find_mail_account_by_request(t_, *request) : std::nullopt;
    }

    // An address that nobody verified may be a stranger's: somebody else's choice of words does not go there.
    letter letter_to(const mail_account& a) const {
        return {a.email,
                {{"name", a.email_verified ? name_of(a) : a.email},
                 {"email", a.email},
                 {"username", a.email_verified ? a.username : a.email},
                 {"dashboard_url", settings_.dashboard_url}}};
    }

    // The path's last two parts: whose, and the token that was just made for it.
    std::string fresh_token(token_purpose purpose, std::int64_t subject, timestamp expires_at) {
        const auto token = random_text(token_bytes);
        store::insert_one_time_token(t_, purpose, sha256_hex(token), subject, expires_at);
        return to_base64url(std::to_string(subject)) + '/' + token;
    }

    // A mail of that kind went to that account a moment ago: whoever asks again and again fills no mailbox. A
    // retry's own token is not held against it.
    bool is_flood(token_purpose purpose, account_id id) {
        return delivery_.attempt <= 1 && store::claim_fresh_token(t_, purpose, id(), mail_pause);
    }

    std::optional<letter> verify_email(const mail_account& a) {
        if (a.email_verified || !a.is_active || is_flood(token_purpose::verify_email, a.id))
            return std::nullopt;
        auto l = letter_to(a);
        const auto path =
            fresh_token(token_purpose::verify_email, a.id(), now_ + settings_.verify_token_life);
        l.values["link"] = settings_.public_api_url + "/api/auth/verify-email/" + path + '/';
        l.values["valid_for"] = duration_text(settings_.verify_token_life);
        return l;
    }

    std::optional<letter> password_reset() {
        const auto a = receiver();
        if (!a || !a->is_active || is_flood(token_purpose::password_reset, a->id)) return std::nullopt;
        auto l = letter_to(*a);
        const auto path =
            fresh_token(token_purpose::password_reset, a->id(), now_ + settings_.reset_token_life);
        l.values["link"] = settings_.dashboard_url + "/reset-password/" + path;
        l.values["valid_for"] = duration_text(settings_.reset_token_life);
        return l;
    }

    std::optional<letter> approval_requested(const mail_account& parent) {
        const auto id = id_of(delivery_, "applicant");
        const auto applicant = id ? store::find_mail_account(t_, account_id{*id}) : std::nullopt;
        if (!applicant || applicant->is_approved || applicant->is_refused || !parent.is_active ||
            !parent.email_verified)
            return std::nullopt;
        auto l = letter_to(parent);
        l.values["applicant_name"] = name_of(*applicant);
        l.values["applicant_email"] = applicant->email;
        return l;
    }

    std::optional<letter> answer(const mail_account& applicant) {
        const auto id = id_of(delivery_, "parent");
        const auto parent = id ? store::find_mail_account(t_, account_id{*id}) : std::nullopt;
        auto l = letter_to(applicant);
        l.values["parent_name"] = parent ? name_of(*parent) : "the customer";
        l.values["reason"] = applicant.refusal_reason.empty() ? "none given" : applicant.refusal_reason;
        return l;
    }

    std::optional<letter> thingsboard_activation(const mail_account& a) {
        const auto there = store::find_thingsboard_facts(t_, a.id);
        if (!there || there->self.ids.activation_link.empty() || !a.is_active) return std::nullopt;
        auto l = letter_to(a);
        l.values["link"] = there->self.ids.activation_link;
        return l;
    }

    std::optional<letter> invitation() {
        const auto id = id_of(delivery_, "invitation");
        const auto i = id ? store::find_mail_invitation(t_, *id) : std::nullopt;
        if (!i || !i->is_open) return std::nullopt;
        const auto until =
            std::min<timestamp>(i->expires_at, now_ + std::chrono::microseconds(settings_.invitation_life));
        letter l{i->email, {}};
        const auto path = fresh_token(token_purpose::invitation, i->id, until);
        l.values = {{"name", i->email},
                    {"email", i->email},
                    {"username", i->email},
                    {"dashboard_url", settings_.dashboard_url},
                    {"link", settings_.dashboard_url + "/invitations/" + path},
                    {"valid_for", duration_text(std::chrono::ceil<std::chrono::minutes>(until - now_))},
                    {"tenant_name", shown_name(i->tenant_name, "", "a tenant of Voltlane")},
                    {"inviter_name", name_of(i->inviter)}};
        return l;
    }

    pg::transaction& t_;
    const store::delivery& delivery_;
    const letter_settings& settings_;
    timestamp now_;
};

} // namespace

std::optional<letter> prepare_letter(pg::transaction& t, const store::delivery& d, const letter_settings& s,
                                     timestamp now) {
    return writer(t, d, s, now).write();
}

std::string duration_text(std::chrono::minutes d) {
    const auto count = d.count();
    const auto unit = [](std::int64_t n, std::string_view name) {
        return fmt::format("{} {}{}", n, name, n == 1 ? "" : "s");
    };
    if (count >= 72 * 60) return unit((count + 12 * 60) / (24 * 60), "day");
    if (count % 60 == 0 || count > 120) return unit((count + 30) / 60, "hour");
    return unit(count, "minute");
}

std::string shown_name(const std::string& full_name, const std::string& username,
                       std::string_view otherwise) {
    for (const auto& candidate : {full_name, username}) {
        const auto name = trim(candidate);
        if (!name.empty() && name.size() <= longest_name && !is_like_address(name)) return std::string(name);
    }
    return std::string(otherwise);
}

} // namespace voltlane::workers
