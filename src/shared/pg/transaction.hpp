#pragma once

#include "shared/pg/arrays.hpp"
#include "shared/pg/failure.hpp"
#include "shared/pg/values.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace voltlane::pg {

class connection;

// A statement that is prepared once per connection, at its first use there. Names are unique in the program:
// by convention `<file>.<what>`. Both texts must live for ever (literals).
struct statement {
    const char* name;
    const char* sql;
};

// One parameter of a statement. Converts from what SQL knows; text may not contain zero bytes (cut there).
class parameter {
public:
    parameter(std::nullptr_t) {}
    parameter(std::nullopt_t) {}
    parameter(std::string text) : text_(std::move(text)) {}
    parameter(std::string_view text) : text_(std::string(text)) {}
    parameter(const char* text) : text_(text) {}
    parameter(bool flag) : text_(flag ? "t" : "f") {}
    parameter(std::int64_t number) : text_(std::to_string(number)) {}
    parameter(std::int32_t number) : text_(std::to_string(number)) {}
    parameter(std::uint64_t number) : text_(std::to_string(number)) {}
    parameter(std::uint32_t number) : text_(std::to_string(number)) {}
    parameter(timestamp t) : text_(time_text(t)) {}
    parameter(const array& a) : text_(a.literal()) {}
    template <int Scale>
    parameter(const fixed<Scale>& number) : text_(number.text()) {}
    template <class Tag, class T>
    parameter(const named<Tag, T>& id) : parameter(id()) {}
    template <class T>
    parameter(const std::optional<T>& value) {
        if (value) *this = parameter(*value);
    }

    const char* c_str() const noexcept { return text_ ? text_->c_str() : nullptr; }

private:
    std::optional<std::string> text_; // none: NULL
};

enum class access {
    read_write, // read committed
    read_only,  // repeatable read, read only: several queries see one snapshot
};

// One unit of work on one connection. Made by connection, database and pool, which commit it when the work
// returns and roll it back when it throws. Everything thrown here for database trouble is a pg::failure.
class transaction {
public:
    transaction(connection& c, access a);
    ~transaction(); // rolls back unless committed
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    rows exec(const statement& s, std::initializer_list<parameter> parameters = {});
    rows exec(const statement& s, const std::vector<parameter>& parameters);
    // Composed text (filters, paging): not prepared. Values only ever as parameters.
    rows exec_composed(const std::string& sql, const std::vector<parameter>& parameters = {});
    // Several statements in one text, no parameters: migrations.
    void exec_script(const std::string& sql);

    // Runs `work` under a savepoint; where it throws, everything it did is undone and the exception goes on.
    // Not within itself.
    template <class Work>
    void nested(Work&& work) {
        nesting inside(*this);
        work();
        inside.release();
    }

    void commit();

private:
    template <class Parameters>
    rows run_prepared(const statement& s, const Parameters& parameters);
    // A savepoint; what runs meanwhile belongs to it. Undone by the destructor unless released.
    class nesting {
    public:
        explicit nesting(transaction& t);
        ~nesting();
        nesting(const nesting&) = delete;
        nesting& operator=(const nesting&) = delete;
        void release();

    private:
        transaction& outer_;
        std::unique_ptr<pqxx::subtransaction> savepoint_;
        bool released_ = false;
    };

    connection& connection_;
    std::unique_ptr<pqxx::dbtransaction> work_;
    pqxx::transaction_base* current_ = nullptr; // the savepoint's, or work_
};

} // namespace voltlane::pg
