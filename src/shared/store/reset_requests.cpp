#include "shared/store/reset_requests.hpp"

#include "shared/store/notifications.hpp"

namespace voltlane::store {
namespace {

constexpr pg::statement insert{"reset_requests.insert",
                               "insert into reset_requests (email) values ($1) returning id"};

void request(pg::transaction& t, std::string_view email, std::string_view mail) {
    const auto rows = t.exec(insert, {email});
    queue_mail(t, mail, std::nullopt, std::nullopt, {{"request", pg::get<std::int64_t>(rows[0][0])}});
}

} // namespace

void request_password_reset(pg::transaction& t, std::string_view email) {
    request(t, email, events::notification::password_reset);
}

void request_verification(pg::transaction& t, std::string_view email) {
    request(t, email, events::notification::verify_email);
}

} // namespace voltlane::store
