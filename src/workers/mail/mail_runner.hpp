#pragma once

#include "shared/base/clock.hpp"
#include "shared/pg/pool.hpp"
#include "workers/mail/letters.hpp"
#include "workers/mail/smtp_client.hpp"
#include "workers/notify/errand.hpp"

#include <memory>

namespace voltlane::workers {

struct mail_settings {
    smtp_settings smtp;
    mailbox from;
    letter_settings letters;
    std::size_t connections = 4; // mails under way at once, each with a thread
};

// Kind `mail`: reads what the mail is about, makes its token, and hands the written mail to the SMTP server.
// `database` and `c` outlive it; the caller has called curl_global_init.
std::unique_ptr<errand_runner> make_mail_runner(mail_settings s, mail_templates templates, pg::pool& database,
                                                const clock& c);

} // namespace voltlane::workers
