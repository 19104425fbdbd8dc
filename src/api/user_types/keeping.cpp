#include "api/user_types/keeping.hpp"

#include "api/user_types/declaration_json.hpp"
#include "api/user_types/declaration_rules.hpp"
#include "shared/base/log.hpp"
#include "shared/store/user_types.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

// As often as revoked login sessions: a change is everywhere within a second.
constexpr std::chrono::milliseconds poll_every{500};
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::seconds start_retry{1};

bool same(const user_type& a, const user_type& b) {
    return a.flag == b.flag && a.fields == b.fields && a.self_registration == b.self_registration;
}

bool same(const shared_field& a, const shared_field& b) {
    return a.field == b.field && a.source == b.source;
}

// What a file makes of the declarations that are there: `known` as they are, `next` as they will be.
class application {
public:
    application(pg::transaction& t, const types_file& file) : t_(t), file_(file) {}

    applied_file run() {
        store::lock_user_types(t_);
        known_ = load_declarations(t_);
        next_ = built_in_declarations();
        declaration_reader r(declaration_reader::unknown_members::refused);
        keep_types();
        merge_shared(r);
        for (std::size_t i = 0; i < file_.types.size(); ++i)
            declare(file_.types[i], path_below("types", i), r);
        for (const auto& f : r.faults())
            out_.faults.push_back(whose(f.path) + f.path + ": " + f.message);
        if (out_.faults.empty()) {
            write();
        } else {
            out_.notes.clear();
        }
        return std::move(out_);
    }

private:
    void keep_types() {
        for (const auto& t : known_.types) {
            if (t.built_in()) continue;
            const bool declared = std::any_of(file_.types.begin(), file_.types.end(),
                                              [&t](const user_type& f) { return f.name == t.name; });
            if (t.source == declared_by::api) {
                next_.types.push_back(t);
            } else if (declared) {
                continue;
            } else if (store::user_type_in_use(t_, t.name)) {
                note("user type", t.name, "is in the file no more, and stays because accounts have it");
                next_.types.push_back(t);
            } else if (store::user_type_has_price(t_, t.name)) {
                note("user type", t.name,
                     "is in the file no more, and stays because a price for it is in force");
                next_.types.push_back(t);
            } else {
                note("user type", t.name, "is in the file no more, and goes");
                gone_.push_back(t.name);
            }
        }
    }

    // The file's fields in the file's order, then those of the API.
    void merge_shared(declaration_reader& r) {
        std::vector<shared_field> others;
        for (const auto& s : known_.shared)
            if (s.source == declared_by::api) others.push_back(s);
        std::vector<shared_field> all;
        for (const auto& f : file_.shared) {
            const auto other = std::find_if(others.begin(), others.end(),
                                            [&f](const shared_field& o) { return o.field.name == f.name; });
            if (other == others.end()) {
                all.push_back({f, declared_by::file});
                continue;
            }
            if (other->field != f) note("shared field", f.name, kept_message);
            all.push_back(*other);
            others.erase(other);
        }
        all.insert(all.end(), others.begin(), others.end());
        check_shared_fields(next_, all, "shared_fields", r);
        next_.shared = std::move(all);
    }

    void declare(const user_type& wanted, const std::string& path, declaration_reader& r) {
        const auto* known = known_.find(wanted.name);
        if (known != nullptr && known->source == declared_by::api) {
            if (!same(*known, wanted)) note("user type", wanted.name, kept_message);
            return;
        }
        check_user_type(next_, wanted, path, r);
        next_.types.push_back(wanted);
        if (known != nullptr && same(*known, wanted)) return;
        note("user type", wanted.name, known == nullptr ? "is new" : "has changed");
        put_.push_back(wanted);
    }

    // "the user type visitor: " where the path leads into one of the file's types.
    std::string whose(const std::string& path) const {
        for (std::size_t i = 0; i < file_.types.size(); ++i)
            if (path.starts_with(path_below("types", i) + "."))
                return "the user type " + file_.types[i].name + ": ";
        return {};
    }

    void note(std::string_view what, std::string_view name, std::string_view happened) {
        out_.notes.push_back("the " + std::string(what) + " " + std::string(name) + " " +
                             std::string(happened));
    }

    void write() {
        const bool shared_changed =
            !std::equal(known_.shared.begin(), known_.shared.end(), next_.shared.begin(), next_.shared.end(),
                        [](const auto& a, const auto& b) { return same(a, b); });
        if (gone_.empty() && put_.empty() && !shared_changed) {
            out_.now = std::move(known_);
            return;
        }
        for (const auto& name : gone_)
            store::delete_user_type(t_, name);
        for (const auto& t : put_)
            store::put_user_type(t_, row_of(t));
        if (shared_changed) store::replace_shared_fields(t_, rows_of(next_.shared));
        store::raise_user_type_revision(t_);
        out_.now = load_declarations(t_);
    }

    static constexpr std::string_view kept_message = "was changed by the API, and stays as it is there";

    pg::transaction& t_;
    const types_file& file_;
    declarations known_, next_;
    applied_file out_;
    std::vector<std::string> gone_;
    std::vector<user_type> put_;
};

} // namespace

declarations load_declarations(pg::transaction& t) {
    return declarations_of(store::load_user_types(t));
}

applied_file apply_types_file(pg::transaction& t, const types_file& file) {
    return application(t, file).run();
}

async::awaitable<void> start_user_types(pg::pool& database, user_type_catalog& catalog,
                                        std::optional<types_file> file) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    const auto logger = log::get("api");
    auto work = [f = std::move(file)](pg::transaction& t) {
        auto applied = f ? apply_types_file(t, *f) : applied_file{load_declarations(t), {}, {}};
        if (!applied.faults.empty()) applied.now = load_declarations(t);
        return applied;
    };
    for (;;) {
        try {
            auto applied = co_await database.run(work, std::chrono::steady_clock::now() + patience);
            for (const auto& fault : applied.faults)
                logger->error("the file of user types is not applied: {}", fault);
            for (const auto& note : applied.notes)
                logger->info("{}", note);
            catalog.set(std::move(applied.now));
            co_return;
        } catch (const std::exception& e) {
            logger->warn("the user types are not read yet: {}", e.what());
        }
        timer.expires_after(start_retry);
        co_await timer.async_wait(async::use);
    }
}

async::awaitable<void> follow_user_types(pg::pool& database, user_type_catalog& catalog) {
    const auto ex = co_await async::asio::this_coro::executor;
    async::steady_timer timer(ex);
    static log::limiter limit{std::chrono::seconds(10)};
    for (;;) {
        timer.expires_after(poll_every);
        co_await timer.async_wait(async::use);
        try {
            auto work = [known = catalog.snapshot()->revision](pg::transaction& t) {
                std::optional<declarations> changed;
                if (store::user_type_revision(t) != known) changed = load_declarations(t);
                return changed;
            };
            auto changed =
                co_await database.read(std::move(work), std::chrono::steady_clock::now() + patience);
            if (changed) catalog.set(std::move(*changed));
        } catch (const std::exception& e) {
            if (const auto n = limit.due(std::chrono::steady_clock::now()))
                log::get("api")->warn("user types are not known as of now: {} ({} times)", e.what(), n);
        }
    }
}

} // namespace voltlane::api
