#include "shared/store/approvals.hpp"

namespace voltlane::store {
namespace {

#define APPLICANT_COLUMNS                                                                                    \
    "id, username, email, first_name, last_name, date_joined, email_verified, "                              \
    "case when is_approved then 'approved' when refused_at is null then 'pending' else 'refused' end, "      \
    "case when is_approved then approved_at else refused_at end, refusal_reason"
#define APPLICANTS_OF "from accounts where parent_id = $1 and user_type = 'CUSTOMER_USER' "

constexpr pg::statement list{
    "approvals.list", "select " APPLICANT_COLUMNS " " APPLICANTS_OF "and is_approved = ($2 = 'approved') "
                      "and (refused_at is not null) = ($2 = 'refused') order by id limit $3"};
constexpr pg::statement lock{"approvals.lock",
                             "select " APPLICANT_COLUMNS " " APPLICANTS_OF "and id = $2 for update"};
constexpr pg::statement grant{"approvals.approve",
                              "update accounts set is_approved = true, approved_at = now(), "
                              "refused_at = null, refusal_reason = '' where id = $1"};
constexpr pg::statement deny{"approvals.refuse",
                             "update accounts set is_approved = false, approved_at = null, "
                             "refused_at = now(), refusal_reason = $2 where id = $1"};

applicant read(const pg::row& r) {
    applicant a;
    a.id = pg::get<account_id>(r[0]);
    a.username = pg::get<std::string>(r[1]);
    a.email = pg::get<std::string>(r[2]);
    a.first_name = pg::get<std::string>(r[3]);
    a.last_name = pg::get<std::string>(r[4]);
    a.date_joined = pg::get<timestamp>(r[5]);
    a.email_verified = pg::get<bool>(r[6]);
    a.state = parse_approval(pg::view(r[7])).value_or(approval::pending);
    a.decided_at = pg::opt<timestamp>(r[8]);
    a.reason = pg::get<std::string>(r[9]);
    return a;
}

} // namespace

std::string_view to_string(approval state) noexcept {
    switch (state) {
    case approval::pending: return "pending";
    case approval::approved: return "approved";
    case approval::refused: return "refused";
    }
    return {};
}

std::optional<approval> parse_approval(std::string_view text) noexcept {
    for (const auto state : {approval::pending, approval::approved, approval::refused})
        if (text == to_string(state)) return state;
    return std::nullopt;
}

std::string applicant::full_name() const {
    if (first_name.empty() || last_name.empty()) return first_name + last_name;
    return first_name + ' ' + last_name;
}

std::vector<applicant> list_applicants(pg::transaction& t, account_id parent, approval state,
                                       std::int64_t most) {
    std::vector<applicant> all;
    for (const auto& r : t.exec(list, {parent, to_string(state), most}))
        all.push_back(read(r));
    return all;
}

std::optional<applicant> lock_applicant(pg::transaction& t, account_id parent, account_id id) {
    const auto rows = t.exec(lock, {parent, id});
    return rows.empty() ? std::nullopt : std::optional(read(rows[0]));
}

void approve(pg::transaction& t, account_id id) {
    t.exec(grant, {id});
}

void refuse(pg::transaction& t, account_id id, std::string_view reason) {
    t.exec(deny, {id, reason});
}

} // namespace voltlane::store
