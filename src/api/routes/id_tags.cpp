#include "api/routes/id_tags.hpp"

#include "api/errors.hpp"
#include "api/form.hpp"
#include "api/json_text.hpp"
#include "api/paging.hpp"
#include "api/routes/id_tag_report.hpp"
#include "shared/base/log.hpp"
#include "shared/base/text.hpp"
#include "shared/ocpp/v16/quirks/id_tag.hpp"
#include "shared/pg/failure.hpp"
#include "shared/store/accounts.hpp"
#include "shared/store/id_tags.hpp"
#include "shared/store/tenant_bounds.hpp"

namespace voltlane::api {
namespace {

constexpr std::size_t most_tag = 36; // 2.0.1's identifiers; 1.6 chargers send 20
// Of the bare list at a time: some 120 KB of text, and all of what most tenants have.
constexpr std::int64_t tags_a_piece = 500;
constexpr std::string_view taken = "id tag with this id_tag already exists.";
constexpr std::string_view unknown_email = "No user has this e-mail address.";

// What a request changes; an inner nullopt: set to null.
struct wanted {
    std::optional<std::string> id_tag, status;
    std::optional<std::optional<std::string>> email, parent;
    std::optional<std::optional<timestamp>> expiry;
};

wanted read_form(form& f, bool creating) {
    wanted w;
    if (creating) w.id_tag = f.text("id_tag", {.required = true, .most = most_tag});
    if (auto s = f.choice("status", {"Accepted", "Blocked", "Expired", "Invalid"}, false); !s.empty())
        w.status = std::move(s);
    if (auto e = f.optional_text("user_email", {.may_be_blank = true, .may_be_null = true, .most = 254})) {
        if (e.value && e.value->empty()) e.value.reset();
        w.email = std::move(e.value);
    }
    if (auto p =
            f.optional_text("parent_id_tag", {.may_be_blank = true, .may_be_null = true, .most = most_tag})) {
        if (p.value && p.value->empty()) p.value.reset();
        w.parent = std::move(p.value);
    }
    if (auto x = f.time("expiry_date")) w.expiry = x.value;
    return w;
}

// False: the e-mail is nobody's.
bool apply(pg::transaction& t, tenant_id tenant, const wanted& w, store::id_tag_row& row) {
    if (w.status) row.status = *w.status;
    if (w.expiry) row.expiry = *w.expiry;
    if (w.parent) row.parent_id_tag = *w.parent;
    if (!w.email) return true;
    row.account.reset();
    if (!*w.email) return true;
    const auto account = store::find_account_by_email(t, **w.email, tenant);
    if (account) row.account = account->id;
    return account.has_value();
}

std::string tag_json(const store::id_tag_row& row) {
    std::string out = "{";
    jsonio::append_member(out, "id", row.id);
    jsonio::append_member(out, "id_tag", std::string_view(row.id_tag));
    append_or_null(out, "user_email", row.user_email);
    append_or_null(out, "user_name", row.user_name);
    append_or_null(out, "user", row.account ? std::optional((*row.account)()) : std::nullopt);
    jsonio::append_member(out, "status", std::string_view(row.status));
    append_time_or_null(out, "expiry_date", row.expiry);
    append_or_null(out, "parent_id_tag", row.parent_id_tag);
    jsonio::append_member(out, "created_at", std::string_view(format_seconds(row.created_at)));
    return out + "}";
}

// 0: no such id can exist.
std::int64_t tag_of(const http::request& r) {
    return parse_integer<std::int64_t>(r.parameters.at(0)).value_or(0);
}

} // namespace

void id_tag_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string pattern, auto handler) {
        table.add({std::move(method), std::move(pattern), http::access::administrator, "id_tags",
                   std::move(handler)});
    };
    add("GET", "/api/id-tags/", [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "/api/id-tags/", [this](http::request& r, call& c) { return create(r, c); });
    add("GET", "/api/id-tags/<id>/", [this](http::request& r, call& c) { return show(r, c); });
    add("PATCH", "/api/id-tags/<id>/", [this](http::request& r, call& c) { return change(r, c); });
    add("DELETE", "/api/id-tags/<id>/", [this](http::request& r, call& c) { return remove(r, c); });
}

// Some of the bare list: the elements' text, and whether there are more behind the last.
struct id_tag_routes::piece {
    std::string text;
    std::int64_t last = 0;
    bool more = false;
};

async::awaitable<id_tag_routes::piece> id_tag_routes::read_piece(pg::pool& from, tenant_id tenant,
                                                                 std::int64_t after,
                                                                 async::steady_point deadline) {
    auto work = [tenant, after](pg::transaction& t) {
        store::id_tag_request q;
        q.limit = tags_a_piece;
        q.after = after;
        const auto page = store::list_id_tags(t, tenant, q);
        piece p;
        for (const auto& row : page.rows)
            p.text += (p.text.empty() ? "" : ",") + tag_json(row);
        if (!page.rows.empty()) p.last = page.rows.back().id;
        p.more = page.more;
        return p;
    };
    co_return co_await from.read(std::move(work), deadline);
}

// Without any word on pages: all of them, as ever. A long list is sent as it is read.
async::awaitable<http::response> id_tag_routes::list(http::request& r, call& c) {
    if (r.has_query("limit") || r.has_query("offset") || r.has_query("cursor"))
        co_return co_await list_page(r, c);
    auto first = co_await read_piece(database_, *c.who.caller.tenant, 0, c.deadline);
    if (!first.more) co_return json_response(200, '[' + first.text + ']');
    http::response answer;
    answer.stream = [this, first = std::move(first),
                     d = desk_->begin_uncounted(c.who)](http::body_stream& out) {
        return write_rest(out, first, d);
    };
    co_return answer;
}

async::awaitable<void> id_tag_routes::write_rest(http::body_stream& out, piece p, download d) {
    bool whole = false;
    try {
        bool accepted = co_await out.write('[' + p.text);
        while (accepted && p.more) {
            const bool allowed = co_await desk_->may_go_on(d);
            if (!allowed) break;
            p = co_await read_piece(searches_, *d.who.caller.tenant, p.last,
                                    std::chrono::steady_clock::now() + download::page_time);
            if (!p.text.empty()) accepted = co_await out.write(',' + p.text);
        }
        whole = accepted && !p.more;
        if (whole) whole = co_await out.write("]");
    } catch (const std::exception& e) {
        log::get("api")->warn("a list of id tags broke off: {}", e.what());
    }
    if (!whole) out.fail();
}

async::awaitable<http::response> id_tag_routes::list_page(http::request& r, call& c) {
    const auto p = read_page(r);
    store::id_tag_request q;
    q.limit = p.limit;
    q.offset = p.offset;
    q.counted = p.wrapped;
    if (p.cursor && !p.cursor->empty()) {
        const auto parts = read_cursor(*p.cursor, 1);
        const auto after = parts ? parse_integer<std::int64_t>(parts->front()) : std::nullopt;
        if (!after) co_return bad_cursor();
        q.after = *after;
    }
    auto work = [tenant = *c.who.caller.tenant, q](pg::transaction& t) {
        return store::list_id_tags(t, tenant, q);
    };
    const auto found = co_await (p.far_off() ? searches_ : database_).read(std::move(work), c.deadline);
    std::string rows = "[";
    for (const auto& row : found.rows)
        append_element(rows, tag_json(row));
    std::optional<std::string> next;
    if (found.more) next = make_cursor({std::to_string(found.rows.back().id)});
    co_return page_response(r, p, found.count, rows + ']', next);
}

async::awaitable<http::response> id_tag_routes::create(http::request&, call& c) {
    form f(c.body);
    auto w = read_form(f, true);
    const auto folded = ocpp::v16::normalise_id_tag(w.id_tag.value_or(""));
    if (f.ok() && folded.empty()) f.fail("id_tag", "This field may not be blank.");
    if (!f.ok()) co_return invalid(f.errors());
    struct outcome {
        std::optional<store::id_tag_row> row;
        bool full = false;
    };
    auto work = [tenant = *c.who.caller.tenant, w, folded](pg::transaction& t) {
        outcome o;
        o.full = store::id_tag_room(t, tenant) == 0;
        store::id_tag_row row;
        row.id_tag = *w.id_tag;
        row.folded = folded;
        if (!o.full && apply(t, tenant, w, row)) o.row = store::insert_id_tag(t, tenant, row);
        return o;
    };
    bool exists = false;
    outcome made;
    try {
        made = co_await database_.run(std::move(work), c.deadline);
    } catch (const pg::failure& failure) {
        if (failure.kind() != pg::failure_kind::conflict) throw;
        exists = true;
    }
    if (exists) co_return invalid("id_tag", taken);
    if (made.full) co_return invalid(non_field, id_tags_full());
    if (!made.row) co_return invalid("user_email", unknown_email);
    co_return json_response(201, tag_json(*made.row));
}

async::awaitable<http::response> id_tag_routes::show(http::request& r, call& c) {
    auto work = [tenant = *c.who.caller.tenant, id = tag_of(r)](pg::transaction& t) {
        return store::find_id_tag(t, tenant, id);
    };
    const auto row = co_await database_.read(std::move(work), c.deadline);
    co_return row ? json_response(200, tag_json(*row)) : not_found();
}

async::awaitable<http::response> id_tag_routes::change(http::request& r, call& c) {
    form f(c.body);
    auto w = read_form(f, false);
    struct outcome {
        std::optional<store::id_tag_row> row;
        bool known = true;
    };
    auto work = [tenant = *c.who.caller.tenant, id = tag_of(r), w, valid = f.ok()](pg::transaction& t) {
        outcome o;
        o.row = store::find_id_tag(t, tenant, id);
        if (!o.row || !valid) return o;
        o.known = apply(t, tenant, w, *o.row);
        if (o.known) o.row = store::update_id_tag(t, tenant, *o.row);
        return o;
    };
    const auto o = co_await database_.run(std::move(work), c.deadline);
    if (!o.row) co_return not_found();
    if (!f.ok()) co_return invalid(f.errors());
    if (!o.known) co_return invalid("user_email", unknown_email);
    co_return json_response(200, tag_json(*o.row));
}

async::awaitable<http::response> id_tag_routes::remove(http::request& r, call& c) {
    auto work = [tenant = *c.who.caller.tenant, id = tag_of(r)](pg::transaction& t) {
        return store::delete_id_tag(t, tenant, id);
    };
    const bool gone = co_await database_.run(std::move(work), c.deadline);
    co_return gone ? json_response(204, {}) : not_found();
}

} // namespace voltlane::api
