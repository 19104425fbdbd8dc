#include "shared/pg/connection.hpp"

namespace voltlane::pg {
namespace {

// The only guard against libpqxx 6.4's silent reconnects; 7.x has none of them, nor this call.
void forbid_reconnects(pqxx::connection& c) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
    c.inhibit_reactivation(true);
#pragma clang diagnostic pop
}

} // namespace

connection::connection(const settings& s) {
    try {
        raw_ = std::make_unique<pqxx::connection>(connection_string(s));
        forbid_reconnects(*raw_);
    } catch (const pqxx::failure& e) {
        // Also a wrong password or a missing database: an operator can mend that while we wait.
        throw failure(failure_kind::unavailable, {}, e.what());
    }
}

connection::~connection() = default;

bool connection::broken() const noexcept {
    return !raw_->is_open();
}

int connection::backend_pid() const noexcept {
    return raw_->backendpid();
}

void connection::prepare(const statement& s) {
    if (prepared_.contains(s.name)) return;
    raw_->prepare(s.name, s.sql);
    prepared_.insert(s.name);
}

rows connection::exec_alone(const statement& s, std::initializer_list<parameter> parameters) {
    try {
        prepare(s);
        count_statement();
        std::vector<const char*> values;
        for (const auto& p : parameters)
            values.push_back(p.c_str());
        pqxx::nontransaction work(*raw_);
        return work.exec_prepared(s.name, pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
    } catch (...) {
        rethrow();
    }
}

} // namespace voltlane::pg
