#include "api/routes/user_types.hpp"

#include "api/errors.hpp"
#include "api/json_text.hpp"
#include "api/user_types/declaration_json.hpp"
#include "api/user_types/declaration_rules.hpp"
#include "api/user_types/keeping.hpp"
#include "shared/store/user_types.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

namespace json = boost::json;

// What became of a change.
enum class verdict { done, forbidden, missing, in_use, built_in, wrong };
struct outcome {
    verdict is = verdict::done;
    std::vector<declaration_fault> faults; // of a wrong one
    declarations now;                      // after a done one
    std::string name;                      // of the type that was put
};

// Messages by the request's field; below it the path says where.
http::response invalid_declaration(const std::vector<declaration_fault>& faults) {
    field_messages messages;
    for (const auto& f : faults) {
        const auto end = f.path.find_first_of(".[");
        const auto field = f.path.substr(0, end);
        messages[field.empty() ? std::string(non_field) : field].push_back(
            end == std::string::npos ? f.message : f.path + ": " + f.message);
    }
    return invalid(messages);
}

http::response refusal(const outcome& o) {
    switch (o.is) {
    case verdict::forbidden: return forbidden();
    case verdict::missing: return not_found();
    case verdict::in_use: return detail_response(409, "Accounts have this user type: it cannot be deleted.");
    case verdict::built_in: return detail_response(409, "This user type is built in.");
    case verdict::wrong: return invalid_declaration(o.faults);
    case verdict::done: break;
    }
    return {};
}

// Runs `edit(t, declarations, outcome)` on what is declared now, while nobody else changes it, where the
// account may. An edit that is done has written its rows.
template <class Edit>
auto changing(account_id account, Edit edit) {
    return [account, edit = std::move(edit)](pg::transaction& t) {
        outcome o;
        if (!store::may_change_user_types(t, account)) {
            o.is = verdict::forbidden;
            return o;
        }
        store::lock_user_types(t);
        const auto before = load_declarations(t);
        edit(t, before, o);
        if (o.is != verdict::done) return o;
        store::raise_user_type_revision(t);
        o.now = load_declarations(t);
        return o;
    };
}

// The faults of `r`, if any, make the outcome a wrong one.
bool failed_with(const declaration_reader& r, outcome& o) {
    if (r.faults().empty()) return false;
    o.is = verdict::wrong;
    o.faults = r.faults();
    return true;
}

// Puts the type beside the others, or says what is wrong with it there.
void put(pg::transaction& t, const declarations& others, const user_type& type, outcome& o) {
    declaration_reader r(declaration_reader::unknown_members::refused);
    check_user_type(others, type, "", r);
    if (failed_with(r, o)) return;
    store::put_user_type(t, row_of(type));
    o.name = type.name;
}

// The members of a type that a request changes.
struct type_change {
    std::optional<std::string> flag;
    std::optional<std::vector<profile_field>> fields;
    std::optional<bool> self_registration;
};

type_change read_change(const json::object& body, declaration_reader& r) {
    type_change change;
    r.refuse_unknown(body, "", {"name", "flag", "fields", "self_registration", "profile", "source"});
    const auto* flag = body.if_contains("flag");
    const auto* fields = body.if_contains("fields");
    const auto* self = body.if_contains("self_registration");
    if (flag != nullptr && !flag->is_null()) change.flag = r.flag(*flag, "flag");
    if (fields != nullptr && !fields->is_null()) change.fields = r.fields(*fields, "fields");
    if (self != nullptr && !self->is_null()) change.self_registration = r.boolean(*self, "self_registration");
    return change;
}

} // namespace

void user_type_routes::add_to(router& table) {
    const auto add = [&table](std::string method, std::string below, auto handler) {
        table.add({std::move(method), "/api/admin/user-types/" + below, http::access::administrator,
                   "accounts", std::move(handler)});
    };
    add("GET", "", [this](http::request& r, call& c) { return list(r, c); });
    add("POST", "", [this](http::request& r, call& c) { return create(r, c); });
    add("GET", "shared-fields/", [this](http::request& r, call& c) { return show_shared(r, c); });
    add("PUT", "shared-fields/", [this](http::request& r, call& c) { return replace_shared(r, c); });
    add("GET", "<name>/", [this](http::request& r, call& c) { return show(r, c); });
    add("PUT", "<name>/", [this](http::request& r, call& c) { return change(r, c, true); });
    add("PATCH", "<name>/", [this](http::request& r, call& c) { return change(r, c, false); });
    add("DELETE", "<name>/", [this](http::request& r, call& c) { return remove(r, c); });
}

async::awaitable<http::response> user_type_routes::list(http::request&, call&) {
    const auto types = types_.snapshot();
    std::string out = "[";
    for (const auto& t : types->types)
        append_element(out, user_type_json(t));
    co_return json_response(200, out + "]");
}

async::awaitable<http::response> user_type_routes::show(http::request& r, call&) {
    const auto types = types_.snapshot();
    const auto* type = types->find(r.parameters.at(0));
    co_return type == nullptr ? not_found() : json_response(200, user_type_json(*type));
}

async::awaitable<http::response> user_type_routes::create(http::request&, call& c) {
    auto edit = [body = c.body.object()](pg::transaction& t, const declarations& d, outcome& o) {
        declaration_reader reader(declaration_reader::unknown_members::refused);
        const auto type = reader.type(body, "");
        if (!failed_with(reader, o)) put(t, d, *type, o);
    };
    auto work = changing(c.who.caller.account, std::move(edit));
    auto o = co_await database_.run(std::move(work), c.deadline);
    if (o.is != verdict::done) co_return refusal(o);
    std::string text = user_type_json(*o.now.find(o.name));
    types_.set(std::move(o.now));
    co_return json_response(201, std::move(text));
}

async::awaitable<http::response> user_type_routes::change(http::request& r, call& c, bool whole) {
    auto edit = [name = r.parameters.at(0), body = c.body.object(),
                 whole](pg::transaction& t, const declarations& d, outcome& o) {
        const auto* known = d.find(name);
        if (known == nullptr || known->built_in()) {
            o.is = known == nullptr ? verdict::missing : verdict::built_in;
            return;
        }
        declaration_reader reader(declaration_reader::unknown_members::refused);
        auto next = whole ? user_type{known->name, default_flag(known->name), {}, declared_by::api} : *known;
        const auto sent = read_change(body, reader);
        if (failed_with(reader, o)) return;
        if (sent.flag) next.flag = *sent.flag;
        if (sent.fields) next.fields = *sent.fields;
        if (sent.self_registration) next.self_registration = *sent.self_registration;
        next.source = declared_by::api;
        auto others = d;
        std::erase_if(others.types, [&name](const user_type& other) { return other.name == name; });
        put(t, others, next, o);
    };
    auto work = changing(c.who.caller.account, std::move(edit));
    auto o = co_await database_.run(std::move(work), c.deadline);
    if (o.is != verdict::done) co_return refusal(o);
    std::string text = user_type_json(*o.now.find(o.name));
    types_.set(std::move(o.now));
    co_return json_response(200, std::move(text));
}

async::awaitable<http::response> user_type_routes::remove(http::request& r, call& c) {
    auto edit = [name = r.parameters.at(0)](pg::transaction& t, const declarations& d, outcome& o) {
        const auto* known = d.find(name);
        if (known == nullptr) {
            o.is = verdict::missing;
        } else if (known->built_in()) {
            o.is = verdict::built_in;
        } else if (store::user_type_in_use(t, name)) {
            o.is = verdict::in_use;
        } else {
            store::delete_user_type(t, name);
        }
    };
    auto work = changing(c.who.caller.account, std::move(edit));
    auto o = co_await database_.run(std::move(work), c.deadline);
    if (o.is != verdict::done) co_return refusal(o);
    types_.set(std::move(o.now));
    co_return json_response(204, {});
}

async::awaitable<http::response> user_type_routes::show_shared(http::request&, call&) {
    co_return json_response(200, shared_fields_json(*types_.snapshot()));
}

async::awaitable<http::response> user_type_routes::replace_shared(http::request&, call& c) {
    auto edit = [body = c.body.object()](pg::transaction& t, const declarations& d, outcome& o) {
        declaration_reader reader(declaration_reader::unknown_members::refused);
        reader.refuse_unknown(body, "", {"fields"});
        const auto* sent = body.if_contains("fields");
        if (sent == nullptr) reader.fail("fields", "This field is required.");
        const auto fields = sent == nullptr ? std::vector<profile_field>() : reader.fields(*sent, "fields");
        if (failed_with(reader, o)) return;
        std::vector<shared_field> next;
        for (const auto& f : fields) {
            const auto same = std::find_if(d.shared.begin(), d.shared.end(),
                                           [&f](const shared_field& s) { return s.field == f; });
            next.push_back({f, same == d.shared.end() ? declared_by::api : same->source});
        }
        check_shared_fields(d, next, "fields", reader);
        if (!failed_with(reader, o)) store::replace_shared_fields(t, rows_of(next));
    };
    auto work = changing(c.who.caller.account, std::move(edit));
    auto o = co_await database_.run(std::move(work), c.deadline);
    if (o.is != verdict::done) co_return refusal(o);
    std::string text = shared_fields_json(o.now);
    types_.set(std::move(o.now));
    co_return json_response(200, std::move(text));
}

} // namespace voltlane::api
