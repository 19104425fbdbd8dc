#include "shared/pg/migrations.hpp"

#include "shared/base/text.hpp"
#include "shared/pg/database.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <openssl/sha.h>

namespace voltlane::pg {
namespace {

// Any fixed number that nothing else in this database locks: "voltlane" in ASCII.
constexpr std::int64_t migration_lock = 0x766f6c746c616e65;

constexpr statement lock{"migrations.lock", "select pg_advisory_xact_lock($1)"};
constexpr statement list{"migrations.list",
                         "select number, name, checksum from schema_migrations order by number"};
constexpr statement record{"migrations.record",
                           "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)"};
constexpr statement has_table{"migrations.has_table", "select to_regclass('schema_migrations') is not null"};
constexpr statement last{"migrations.last", "select coalesce(max(number), 0) from schema_migrations"};

constexpr const char* create_table = R"(create table if not exists schema_migrations (
    number     integer primary key,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now()
))";

std::string sha256(const std::string& text) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    return to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
}

// "0001_core.sql" -> 1; nullopt for another form.
std::optional<int> number_of(const std::string& file) {
    if (file.size() < 10 || file[4] != '_' || !file.ends_with(".sql")) return std::nullopt;
    return parse_integer<int>(std::string_view(file).substr(0, 4));
}

// Why the applied ones do not fit to the folder's; empty: they do.
std::string disagreement(const rows& applied, const std::vector<migration>& all) {
    for (const auto& r : applied) {
        const auto number = get<int>(r[0]);
        const auto known =
            std::find_if(all.begin(), all.end(), [number](const auto& m) { return m.number == number; });
        const auto name = get<std::string>(r[1]);
        if (known == all.end()) return "the database has migration " + name + ", which is unknown here";
        if (known->checksum != view(r[2]))
            return "migration " + known->name + " was changed after it was applied";
    }
    return {};
}

} // namespace

result<std::vector<migration>> read_migrations(const std::filesystem::path& folder, std::string& why) {
    std::vector<migration> all;
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
        const auto file = entry.path().filename().string();
        if (!file.ends_with(".sql")) continue;
        const auto number = number_of(file);
        if (!number) {
            why = file + " is not named NNNN_name.sql";
            return errc::invalid_input;
        }
        std::ifstream in(entry.path(), std::ios::binary);
        std::string sql{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        auto checksum = sha256(sql);
        all.push_back({*number, file.substr(0, file.size() - 4), std::move(sql), std::move(checksum)});
    }
    if (ec || all.empty()) {
        why = "no migrations in " + folder.string();
        return errc::invalid_input;
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].number == static_cast<int>(i) + 1) continue;
        why = "migration " + all[i].name + " does not follow the one before it";
        return errc::invalid_input;
    }
    return all;
}

migration_report migrate(database& db, const std::vector<migration>& all) {
    migration_report report;
    for (bool more = true; more && report.refused.empty();) {
        std::string applied_now;
        // One migration a transaction; the lock is taken anew for each, and what others did meanwhile is
        // seen.
        more = db.run([&](transaction& t) {
            t.exec(lock, {migration_lock});
            t.exec_script(create_table);
            const auto applied = t.exec(list);
            report.refused = disagreement(applied, all);
            const auto next = static_cast<std::size_t>(applied.size());
            if (!report.refused.empty() || next >= all.size()) return false;
            t.exec_script(all[next].sql);
            t.exec(record, {all[next].number, all[next].name, all[next].checksum});
            applied_now = all[next].name;
            return true;
        });
        if (!applied_now.empty()) report.applied.push_back(applied_now);
    }
    return report;
}

int applied_version(transaction& t) {
    if (!get<bool>(t.exec(has_table)[0][0])) return 0;
    return get<int>(t.exec(last)[0][0]);
}

std::string check_schema(transaction& t) {
    const int found = applied_version(t);
    if (found == schema_version) return {};
    return "the database has schema " + std::to_string(found) + ", this program needs " +
           std::to_string(schema_version) + (found < schema_version ? ": run voltlane-admin migrate" : "");
}

} // namespace voltlane::pg
