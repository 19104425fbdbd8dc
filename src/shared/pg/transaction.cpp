#include "shared/pg/transaction.hpp"

#include "shared/pg/connection.hpp"

namespace voltlane::pg {
namespace {

using writing = pqxx::transaction<pqxx::read_committed, pqxx::read_write>;
using reading = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

std::unique_ptr<pqxx::dbtransaction> begin(pqxx::connection& c, access a) {
    if (a == access::read_only) return std::make_unique<reading>(c);
    return std::make_unique<writing>(c);
}

template <class Parameters>
std::vector<const char*> pointers(const Parameters& parameters) {
    std::vector<const char*> out;
    out.reserve(parameters.size());
    for (const auto& p : parameters)
        out.push_back(p.c_str());
    return out;
}

} // namespace

transaction::transaction(connection& c, access a) : connection_(c) {
    try {
        work_ = begin(c.raw(), a);
        current_ = work_.get();
    } catch (...) {
        rethrow();
    }
}

transaction::~transaction() = default;

template <class Parameters>
rows transaction::run_prepared(const statement& s, const Parameters& parameters) {
    try {
        connection_.prepare(s);
        connection_.count_statement();
        const auto values = pointers(parameters);
        return current_->exec_prepared(s.name,
                                       pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
    } catch (...) {
        rethrow();
    }
}

rows transaction::exec(const statement& s, std::initializer_list<parameter> parameters) {
    return run_prepared(s, parameters);
}

rows transaction::exec(const statement& s, const std::vector<parameter>& parameters) {
    return run_prepared(s, parameters);
}

rows transaction::exec_composed(const std::string& sql, const std::vector<parameter>& parameters) {
    try {
        connection_.count_statement();
        const auto values = pointers(parameters);
        return current_->exec_params(sql, pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
    } catch (...) {
        rethrow();
    }
}

void transaction::exec_script(const std::string& sql) {
    try {
        connection_.count_statement();
        current_->exec(sql);
    } catch (...) {
        rethrow();
    }
}

transaction::nesting::nesting(transaction& t) : outer_(t) {
    try {
        t.connection_.count_statement();
        savepoint_ = std::make_unique<pqxx::subtransaction>(*t.work_, "nested");
        // libpqxx 6.4 sends SAVEPOINT before the first exec() only, not before prepared statements.
        savepoint_->exec("select");
        t.current_ = savepoint_.get();
    } catch (...) {
        rethrow();
    }
}

transaction::nesting::~nesting() {
    try {
        if (!released_) savepoint_->abort();
    } catch (const std::exception&) {
        // The connection is gone, and the whole transaction with it.
    }
    savepoint_.reset();
    outer_.current_ = outer_.work_.get();
}

void transaction::nesting::release() {
    try {
        outer_.connection_.count_statement();
        savepoint_->commit();
        released_ = true;
    } catch (...) {
        rethrow();
    }
}

void transaction::commit() {
    try {
        connection_.count_statement();
        work_->commit();
    } catch (...) {
        rethrow();
    }
}

} // namespace voltlane::pg
