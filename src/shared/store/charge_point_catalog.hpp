#pragma once

#include "shared/base/decimal.hpp"
#include "shared/base/ids.hpp"
#include "shared/base/time.hpp"
#include "shared/domain/tariff.hpp"
#include "shared/domain/visibility.hpp"
#include "shared/pg/transaction.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Table `charge_points` as people see it: the descriptive columns. Writer of those: api. What chargers report
// is written by the worker pools (charge_point_ids, and the stations' own file).
namespace voltlane::store {

struct connector_row {
    std::int64_t connector = 0;
    std::string status, error_code;
    timestamp updated{};
};

using coordinate = fixed<6>;
using kilowatts = fixed<2>;

struct charge_point {
    std::int64_t id = 0; // internal
    tenant_id tenant;
    std::string canonical_id, identity, name, location;
    std::int64_t connector = 0; // of the latest StatusNotification, as are status and updated
    std::string status;
    timestamp updated{};
    domain::tariff prices; // of the charge point itself, in force now
    std::optional<coordinate> lat, lng;
    std::string owner_username;
    // Below: only filled in by find_charge_point.
    std::string plug_type, access_type, registration, vendor, model, serial, firmware;
    std::optional<kilowatts> max_power_kw;
    std::vector<connector_row> connectors;
    bool shared_id = false; // only the long form names it: the caller sees another one of the same id, and
                            // this one is not its own tenant's

    charger_key key() const { return {tenant, canonical_id}; }
};

// What the caller may see (domain/visibility.hpp, sees_charge_point), by identity ascending. Deleted ones are
// not there. One statement.
std::vector<charge_point> list_charge_points(pg::transaction& t, const domain::caller& who);

// `<digits>~...`: what a charge point of one tenant may be called by where ids are ambiguous. An id of its
// own that looks so (a charger dialled with it) is only shown in the long form, too.
bool is_long_form(std::string_view id) noexcept;

// By `<id>` (any spelling), or `<tenant id>~<id>` where that is needed: an id that several have names
// the caller's own tenant's. nullopt: not there, not visible, or ambiguous. What can be read as the long form
// is. `canonical` is the id in its canonical form. Two
// statements.
std::optional<charge_point> find_charge_point(pg::transaction& t, const domain::caller& who,
                                              std::string_view canonical);

struct charge_point_place {
    std::int64_t id = 0; // internal
    tenant_id tenant;
    std::string canonical_id;

    charger_key key() const { return {tenant, canonical_id}; }
};
// The same by one statement, for those who only need to know which one it is.
std::optional<charge_point_place> locate_charge_point(pg::transaction& t, const domain::caller& who,
                                                      std::string_view canonical);

// Descriptive columns; nullopt: left alone (insert: the column's default).
struct charge_point_change {
    std::optional<std::string> name, location, plug_type, access_type;
    std::optional<std::optional<coordinate>> lat, lng;
    std::optional<std::optional<kilowatts>> max_power_kw;
    std::optional<std::optional<price>> per_kwh, per_hour; // the charge point's own prices
};
// False: it exists (a deleted one is brought back with its history and described anew). Queues the
// directory's entry.
bool create_charge_point(pg::transaction& t, const charger_key& key, std::string_view identity,
                         const charge_point_change& c);
// False: no such charge point.
bool change_charge_point(pg::transaction& t, const charger_key& key, const charge_point_change& c);
// Soft: history stays, the directory says deleted. False: no such charge point.
bool delete_charge_point(pg::transaction& t, const charger_key& key);

// How the charge points are spelled, deleted ones too; those that are not there are left out.
std::map<charger_key, std::string> read_identities(pg::transaction& t, const std::vector<charger_key>& keys);

// How many charge points of a tenant show each status.
std::vector<std::pair<std::string, std::int64_t>> count_statuses(pg::transaction& t, tenant_id tenant);

} // namespace voltlane::store
