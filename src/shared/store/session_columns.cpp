#include "shared/store/session_columns.hpp"

#include "shared/pg/failure.hpp"

#include <array>

namespace voltlane::store {
namespace {

using domain::session;
using pg::array;
using pg::field;

void put_seconds(const std::optional<std::chrono::sys_seconds>& t, array& out) {
    if (t) {
        out.add(timestamp(*t));
    } else {
        out.add_null();
    }
}

std::optional<std::chrono::sys_seconds> get_seconds(const field& f) {
    const auto t = pg::opt<timestamp>(f);
    return t ? std::optional(cut_to_seconds(*t)) : std::nullopt;
}

// A time that means nothing while its value is absent.
void put_time_of(const std::optional<std::int64_t>& value, timestamp at, array& out) {
    if (value) {
        out.add(at);
    } else {
        out.add_null();
    }
}

template <class Enum, class Parse>
Enum parse_or_throw(const field& f, Parse parse) {
    const auto value = parse(pg::view(f));
    if (!value) pg::detail::wrong_field(f, "has an unknown value");
    return *value;
}

// Plain members of optional, integer and text type.
template <auto Member>
constexpr void put_member(const session& s, array& out) {
    out.add(s.*Member);
}
template <auto Member>
void get_member(const field& f, session& s) {
    using type = std::decay_t<decltype(s.*Member)>;
    s.*Member = pg::get<type>(f);
}
template <auto Member>
void get_optional(const field& f, session& s) {
    using type = typename std::decay_t<decltype(s.*Member)>::value_type;
    s.*Member = pg::opt<type>(f);
}

template <auto Member>
constexpr session_column text(const char* name) {
    return {name, "text", put_member<Member>, get_member<Member>};
}
template <auto Member>
constexpr session_column optional_bigint(const char* name) {
    return {name, "bigint", put_member<Member>, get_optional<Member>};
}
template <auto Member>
constexpr session_column account(const char* name) {
    return {name, "bigint",
            [](const session& s, array& out) {
                const auto& id = s.*Member;
                if (id) {
                    out.add((*id)());
                } else {
                    out.add_null();
                }
            },
            get_optional<Member>};
}
template <int Phase>
constexpr session_column phase(const char* name) {
    return {name, "bigint", [](const session& s, array& out) { out.add(s.meter.phases[Phase]); },
            [](const field& f, session& s) {
                s.meter.phases[Phase] = pg::opt<std::int64_t>(f);
            }};
}

constexpr std::array columns{
    text<&session::protocol>("protocol"),
    text<&session::transaction_key>("transaction_key"),
    session_column{"identity_hash", "text",
                   [](const session& s, array& out) { out.add_or_null(s.identity_hash); },
                   [](const field& f, session& s) {
                       s.identity_hash = pg::opt<std::string>(f).value_or("");
                   }},
    session_column{"occurrence", "integer", put_member<&session::occurrence>,
                   get_member<&session::occurrence>},
    session_column{"connector_id", "bigint", put_member<&session::connector>,
                   get_member<&session::connector>},
    text<&session::id_tag>("id_tag"),
    text<&session::id_tag_folded>("id_tag_folded"),
    text<&session::tag_status>("tag_status"),
    account<&session::tag_account>("account_id"),
    account<&session::started_by>("started_by"),
    text<&session::user_type>("user_type"),
    text<&session::vouched_by>("vouched_by"),
    session_column{"state", "text", [](const session& s, array& out) { out.add(domain::to_string(s.end)); },
                   [](const field& f, session& s) {
                       s.end = parse_or_throw<domain::end_kind>(f, domain::parse_end_kind);
                   }},
    session_column{"started_at", "timestamptz",
                   [](const session& s, array& out) { out.add(timestamp(s.started_at)); },
                   [](const field& f, session& s) {
                       s.started_at = cut_to_seconds(pg::get<timestamp>(f));
                   }},
    text<&session::started_at_text>("started_at_text"),
    session_column{"start_received_at", "timestamptz", put_member<&session::start_received_at>,
                   get_member<&session::start_received_at>},
    session_column{"start_generation", "integer",
                   [](const session& s, array& out) { out.add(s.start_epoch.generation); },
                   [](const field& f, session& s) {
                       s.start_epoch.generation = pg::get<std::int32_t>(f);
                   }},
    session_column{"start_epoch", "bigint",
                   [](const session& s, array& out) { out.add(s.start_epoch.offset); },
                   [](const field& f, session& s) {
                       s.start_epoch.offset = pg::get<std::int64_t>(f);
                   }},
    session_column{"ended_at", "timestamptz",
                   [](const session& s, array& out) { put_seconds(s.ended_at, out); },
                   [](const field& f, session& s) {
                       s.ended_at = get_seconds(f);
                   }},
    text<&session::ended_at_text>("ended_at_text"),
    session_column{"end_received_at", "timestamptz", put_member<&session::end_received_at>,
                   get_optional<&session::end_received_at>},
    session_column{"end_generation", "integer",
                   [](const session& s, array& out) { out.add(s.end_epoch.generation); },
                   [](const field& f, session& s) {
                       s.end_epoch.generation = pg::get<std::int32_t>(f);
                   }},
    session_column{"end_epoch", "bigint", [](const session& s, array& out) { out.add(s.end_epoch.offset); },
                   [](const field& f, session& s) {
                       s.end_epoch.offset = pg::get<std::int64_t>(f);
                   }},
    session_column{"end_limit", "timestamptz",
                   [](const session& s, array& out) { put_seconds(s.end_limit, out); },
                   [](const field& f, session& s) {
                       s.end_limit = get_seconds(f);
                   }},
    text<&session::stop_reason>("stop_reason"),
    text<&session::stop_signature>("stop_signature"),
    text<&session::previous_stop>("previous_stop"),
    optional_bigint<&session::meter_start>("meter_start_mwh"),
    text<&session::meter_start_text>("meter_start_text"),
    optional_bigint<&session::meter_stop>("meter_stop_mwh"),
    text<&session::meter_stop_text>("meter_stop_text"),
    session_column{"meter_source", "smallint",
                   [](const session& s, array& out) { out.add(static_cast<std::int32_t>(s.meter.from)); },
                   [](const field& f, session& s) {
                       s.meter.from = static_cast<domain::meter_track::source>(pg::get<int>(f));
                   }},
    session_column{"meter_first", "bigint", [](const session& s, array& out) { out.add(s.meter.first); },
                   [](const field& f, session& s) {
                       s.meter.first = pg::opt<std::int64_t>(f);
                   }},
    session_column{"meter_first_at", "timestamptz",
                   [](const session& s, array& out) { put_time_of(s.meter.first, s.meter.first_at, out); },
                   [](const field& f, session& s) {
                       s.meter.first_at = pg::opt<timestamp>(f).value_or(timestamp{});
                   }},
    session_column{"meter_last", "bigint", [](const session& s, array& out) { out.add(s.meter.last); },
                   [](const field& f, session& s) {
                       s.meter.last = pg::opt<std::int64_t>(f);
                   }},
    session_column{"meter_last_at", "timestamptz",
                   [](const session& s, array& out) { put_time_of(s.meter.last, s.meter.last_at, out); },
                   [](const field& f, session& s) {
                       s.meter.last_at = pg::opt<timestamp>(f).value_or(timestamp{});
                   }},
    session_column{"meter_carried", "bigint", [](const session& s, array& out) { out.add(s.meter.carried); },
                   [](const field& f, session& s) {
                       s.meter.carried = pg::get<std::int64_t>(f);
                   }},
    session_column{"meter_resets", "integer", [](const session& s, array& out) { out.add(s.meter.resets); },
                   [](const field& f, session& s) {
                       s.meter.resets = pg::get<std::int32_t>(f);
                   }},
    phase<0>("meter_l1"),
    phase<1>("meter_l2"),
    phase<2>("meter_l3"),
    session_column{"energy_wh", "bigint", put_member<&session::energy_wh>, get_member<&session::energy_wh>},
    session_column{"price_per_kwh", "numeric",
                   [](const session& s, array& out) { out.add(s.prices.per_kwh); },
                   [](const field& f, session& s) {
                       s.prices.per_kwh = pg::opt<price>(f);
                   }},
    session_column{"price_per_hour", "numeric",
                   [](const session& s, array& out) { out.add(s.prices.per_hour); },
                   [](const field& f, session& s) {
                       s.prices.per_hour = pg::opt<price>(f);
                   }},
    session_column{"total", "numeric", put_member<&session::total>, get_optional<&session::total>},
    session_column{"review", "text",
                   [](const session& s, array& out) { out.add(domain::to_string(s.review)); },
                   [](const field& f, session& s) {
                       s.review = parse_or_throw<domain::review_reason>(f, domain::parse_review_reason);
                   }},
    session_column{"flags", "integer", put_member<&session::flags>, get_member<&session::flags>},
    session_column{"updated_at", "timestamptz", put_member<&session::updated_at>,
                   get_member<&session::updated_at>},
};

} // namespace

std::span<const session_column> session_columns() {
    return columns;
}

std::string session_column_names(const char* prefix) {
    std::string out;
    for (const auto& c : columns) {
        if (!out.empty()) out += ", ";
        out.append(prefix).append(c.name);
    }
    return out;
}

domain::session read_session(const pg::row& row) {
    domain::session s;
    s.id = pg::get<session_id>(row[0]);
    for (std::size_t i = 0; i < columns.size(); ++i)
        columns[i].get(row[static_cast<pg::row::size_type>(i + 2)], s);
    return s;
}

} // namespace voltlane::store
