#include "shared/pg/failure.hpp"

#include <array>

#include <pqxx/pqxx>

namespace voltlane::pg {
namespace {

struct rule {
    std::string_view prefix;
    failure_kind kind;
};

// First match wins, so exact codes stand before their class.
constexpr std::array rules{
    rule{"40001", failure_kind::retryable},   // serialization_failure
    rule{"40P01", failure_kind::retryable},   // deadlock_detected
    rule{"40003", failure_kind::in_doubt},    // statement_completion_unknown
    rule{"08007", failure_kind::in_doubt},    // transaction_resolution_unknown
    rule{"23505", failure_kind::conflict},    // unique_violation
    rule{"22", failure_kind::poison},         // data exception
    rule{"23", failure_kind::poison},         // integrity constraint violation
    rule{"08", failure_kind::unavailable},    // connection exception
    rule{"57", failure_kind::unavailable},    // shutdown, starting up, statement_timeout
    rule{"53", failure_kind::unavailable},    // too many connections, disk full, out of memory
    rule{"58", failure_kind::unavailable},    // I/O error below the server
    rule{"55P03", failure_kind::unavailable}, // lock_timeout
    rule{"25P03", failure_kind::unavailable}, // idle_in_transaction_session_timeout
    rule{"25006", failure_kind::unavailable}, // read only: a standby after a failover
};

} // namespace

std::string_view to_string(failure_kind k) noexcept {
    switch (k) {
    case failure_kind::retryable: return "retryable";
    case failure_kind::conflict: return "conflict";
    case failure_kind::poison: return "poison";
    case failure_kind::unavailable: return "unavailable";
    case failure_kind::in_doubt: return "in_doubt";
    case failure_kind::defect: return "defect";
    }
    return "defect";
}

failure_kind classify(std::string_view sqlstate) noexcept {
    if (sqlstate.empty()) return failure_kind::unavailable;
    for (const auto& r : rules)
        if (sqlstate.starts_with(r.prefix)) return r.kind;
    return failure_kind::defect;
}

void rethrow() {
    try {
        throw;
    } catch (const failure&) {
        throw;
    } catch (const pqxx::in_doubt_error& e) {
        throw failure(failure_kind::in_doubt, {}, e.what());
    } catch (const pqxx::broken_connection& e) {
        throw failure(failure_kind::unavailable, {}, e.what());
    } catch (const pqxx::serialization_failure& e) {
        throw failure(failure_kind::retryable, "40001", e.what());
    } catch (const pqxx::deadlock_detected& e) {
        throw failure(failure_kind::retryable, "40P01", e.what());
    } catch (const pqxx::statement_completion_unknown& e) {
        throw failure(failure_kind::in_doubt, "40003", e.what());
    } catch (const pqxx::transaction_rollback& e) { // class 40; no sql_error in libpqxx 6.4
        throw failure(failure_kind::retryable, "40000", e.what());
    } catch (const pqxx::sql_error& e) {
        throw failure(classify(e.sqlstate()), e.sqlstate(), e.what());
    } catch (const pqxx::conversion_error& e) {
        throw failure(failure_kind::defect, {}, e.what());
    } catch (const pqxx::failure& e) { // of libpqxx itself, with no word of the server on the data
        throw failure(failure_kind::unavailable, {}, e.what());
    }
}

} // namespace voltlane::pg
