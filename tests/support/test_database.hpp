#pragma once

#include "shared/pg/database.hpp"
#include "shared/pg/migrations.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace voltlane::testing {

// A database of the test's own on the server of VOLTLANE_TEST_DATABASE_URL, with our schema; dropped at the
// end.
class test_database {
public:
    explicit test_database(bool migrated = true) : name_(unique_name()) {
        auto server = admin();
        server.exec_alone(statement("create database " + name_));
        if (!migrated) return;
        pg::database db(settings(pg::role::admin));
        std::string why;
        const auto all = pg::read_migrations(sql_folder(), why);
        if (!all) throw std::runtime_error(why);
        const auto report = pg::migrate(db, *all);
        if (!report.refused.empty()) throw std::runtime_error(report.refused);
    }

    ~test_database() {
        try {
            auto server = admin();
            server.exec_alone(statement("drop database " + name_ + " with (force)"));
        } catch (const std::exception&) {
            // The server goes away with the test run.
        }
    }
    test_database(const test_database&) = delete;
    test_database& operator=(const test_database&) = delete;

    pg::settings settings(pg::role as = pg::role::worker) const { return {url(), as, "test"}; }
    std::string url() const {
        const auto server = server_url();
        return server.substr(0, server.rfind('/') + 1) + name_;
    }

    // One statement, text results: for arranging and asserting.
    pg::rows exec(const std::string& sql) const {
        pg::database db(settings(pg::role::admin));
        return db.run([&](pg::transaction& t) { return t.exec_composed(sql); });
    }
    std::string value(const std::string& sql) const {
        const auto rows = exec(sql);
        if (rows.empty() || rows[0][0].is_null()) return "null";
        return std::string(pg::view(rows[0][0]));
    }

    const std::string& name() const { return name_; }
    // Runs beside the database: for what cannot be done from inside.
    static void exec_on_server(const std::string& sql) {
        auto server = admin();
        server.exec_alone({sql.c_str(), sql.c_str()});
    }

    static std::filesystem::path sql_folder() {
        auto folder = std::filesystem::path(__FILE__).parent_path();
        while (!std::filesystem::exists(folder / "sql" / "0001_core.sql"))
            folder = folder.parent_path();
        return folder / "sql";
    }

private:
    static std::string server_url() {
        const char* url = std::getenv("VOLTLANE_TEST_DATABASE_URL");
        if (url == nullptr) throw std::runtime_error("VOLTLANE_TEST_DATABASE_URL is not set");
        return url;
    }
    static std::string unique_name() {
        static std::atomic<int> count = 0;
        return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    }
    static pg::connection admin() { return pg::connection({server_url(), pg::role::admin, "test"}); }
    pg::statement statement(std::string sql) {
        sql_ = std::move(sql);
        return {sql_.c_str(), sql_.c_str()};
    }

    std::string name_;
    std::string sql_;
};

} // namespace voltlane::testing
