#include "workers/thingsboard/client.hpp"

#include "shared/base/json.hpp"
#include "shared/base/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace voltlane::workers::thingsboard {
namespace {

namespace json = boost::json;

constexpr std::string_view our_mark = "voltlane_account";
constexpr std::size_t most_reason = 300; // characters of a server's own words

trouble passing(std::string reason) {
    return {false, std::move(reason)};
}

// What an answer that is not the wanted one means.
trouble refused(const http_answer& a, std::string_view what) {
    std::string reason = std::string(what) + " was answered " + std::to_string(a.status);
    boost::system::error_code ec;
    const auto body = json::parse(a.body, ec);
    if (!ec && body.is_object())
        if (const auto message = jsonio::find_string(body.get_object(), "message"))
            reason += ": " + std::string(message->substr(0, most_reason));
    // Its own validation. Everything else may be a proxy in maintenance or rights that an operator corrects.
    const bool for_ever = a.status == 400;
    return {for_ever, std::move(reason)};
}

outcome<json::object> parse(const http_answer& a, std::string_view what) {
    boost::system::error_code ec;
    auto body = json::parse(a.body, ec);
    if (ec || !body.is_object())
        return passing(std::string(what) + " was answered with what is no JSON object");
    return std::move(body.get_object());
}

std::string text_of(const json::object& o, std::string_view name) {
    return std::string(jsonio::find_string(o, name).value_or(""));
}

std::string id_of(const json::object& o, std::string_view name) {
    const auto* id = jsonio::find_object(o, name);
    return id ? text_of(*id, "id") : std::string();
}

customer read_customer(const json::object& o) {
    customer c{id_of(o, "id"), text_of(o, "title"), text_of(o, "email"), text_of(o, "phone")};
    if (const auto* info = jsonio::find_object(o, "additionalInfo"))
        c.account = jsonio::find_integer(*info, our_mark).value_or(0);
    c.raw = o;
    return c;
}

user read_user(const json::object& o) {
    return {id_of(o, "id"),
            id_of(o, "customerId"),
            text_of(o, "email"),
            text_of(o, "firstName"),
            text_of(o, "lastName"),
            text_of(o, "phone"),
            o};
}

template <class T, class Read>
outcome<std::optional<T>> found(const outcome<http_answer>& a, std::string_view what, Read read) {
    if (!a) return a.error();
    if (a->status == 404) return std::optional<T>();
    if (a->status != 200) return refused(*a, what);
    const auto body = parse(*a, what);
    if (!body) return body.error();
    return std::optional<T>(read(*body));
}

template <class T, class Read>
outcome<T> saved(const outcome<http_answer>& a, std::string_view what, Read read) {
    if (!a) return a.error();
    if (a->status != 200) return refused(*a, what);
    const auto body = parse(*a, what);
    if (!body) return body.error();
    T made = read(*body);
    if (made.id.empty()) return passing(std::string(what) + " was answered without an id");
    return made;
}

} // namespace

http_answer client::send(std::string_view method, const std::string& path, std::string body) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return {0, {}, "no time left"};
    http_call c;
    c.method = method;
    c.url = settings_.url + path;
    c.body = std::move(body);
    c.patience = left;
    c.stop = stop_;
    if (!token_.empty()) c.headers.push_back("X-Authorization: Bearer " + token_);
    return exchange(c);
}

outcome<bool> client::log_in() {
    token_.clear();
    const json::object credentials{{"username", settings_.username}, {"password", settings_.password}};
    const auto a = send("POST", "/api/auth/login", json::serialize(credentials));
    if (a.status == 0) return passing("ThingsBoard does not answer: " + a.error);
    if (a.status != 200) {
        auto why = refused(a, "the login");
        why.hopeless = false; // an operator corrects the password
        return why;
    }
    const auto body = parse(a, "the login");
    if (!body) return body.error();
    token_ = text_of(*body, "token");
    const bool harmless = token_.find_first_of("\r\n") == std::string::npos;
    if (token_.empty() || !harmless) return passing("the login was answered without a token");
    return true;
}

outcome<http_answer> client::call(std::string_view method, const std::string& path, std::string body) {
    for (const bool again : {false, true}) {
        if (token_.empty()) {
            if (const auto in = log_in(); !in) return in.error();
        }
        auto a = send(method, path, body);
        if (a.status == 0) return passing("ThingsBoard does not answer: " + a.error);
        if (a.status != 401 || again) return a;
        token_.clear();
    }
    return passing("ThingsBoard does not accept the token it gave");
}

outcome<std::optional<customer>> client::find_customer(std::string_view id) {
    return found<customer>(call("GET", "/api/customer/" + url_encoded(id)), "a look for a customer",
                           read_customer);
}

outcome<std::optional<customer>> client::find_customer_by_title(std::string_view title) {
    return found<customer>(call("GET", "/api/tenant/customers?customerTitle=" + url_encoded(title)),
                           "a look for a customer's title", read_customer);
}

outcome<customer> client::save_customer(const customer& c) {
    auto body = c.raw;
    body["title"] = c.title;
    body["email"] = c.email;
    body["phone"] = c.phone;
    if (!body["additionalInfo"].is_object()) body["additionalInfo"].emplace_object();
    body["additionalInfo"].get_object()[our_mark] = c.account;
    return saved<customer>(call("POST", "/api/customer", json::serialize(body)), "a customer", read_customer);
}

outcome<std::optional<user>> client::find_user(std::string_view id) {
    return found<user>(call("GET", "/api/user/" + url_encoded(id)), "a look for a user", read_user);
}

outcome<std::optional<user>> client::find_user_by_email(std::string_view customer_id,
                                                        std::string_view email) {
    const auto a = call("GET", "/api/customer/" + url_encoded(customer_id) +
                                   "/users?pageSize=100&page=0&textSearch=" + url_encoded(email));
    constexpr std::string_view what = "a look for a customer's users";
    if (!a) return a.error();
    if (a->status == 404) return std::optional<user>();
    if (a->status != 200) return refused(*a, what);
    const auto body = parse(*a, what);
    if (!body) return body.error();
    const auto* rows = jsonio::find_array(*body, "data");
    if (rows == nullptr) return passing(std::string(what) + " was answered without data");
    for (const auto& row : *rows) {
        if (!row.is_object()) continue;
        auto u = read_user(row.get_object());
        if (iequals(u.email, email)) return std::optional<user>(std::move(u));
    }
    return std::optional<user>();
}

outcome<user> client::save_user(const user& u) {
    auto body = u.raw;
    body["authority"] = "CUSTOMER_USER";
    body["email"] = u.email;
    body["firstName"] = u.first_name;
    body["lastName"] = u.last_name;
    body["phone"] = u.phone;
    body["customerId"] = json::object{{"entityType", "CUSTOMER"}, {"id", u.customer_id}};
    return saved<user>(call("POST", "/api/user?sendActivationMail=false", json::serialize(body)), "a user",
                       read_user);
}

outcome<bool> client::remove_user(std::string_view id) {
    const auto a = call("DELETE", "/api/user/" + url_encoded(id));
    if (!a) return a.error();
    if (a->status == 404) return false;
    if (a->status != 200) return refused(*a, "the removal of a user");
    return true;
}

outcome<bool> client::enable_user(std::string_view id, bool enabled) {
    const auto a =
        call("POST", "/api/user/" + url_encoded(id) +
                         "/userCredentialsEnabled?userCredentialsEnabled=" + (enabled ? "true" : "false"));
    if (!a) return a.error();
    if (a->status == 400) return false;
    if (a->status != 200) return refused(*a, "the change of a user's credentials");
    return true;
}

outcome<std::optional<std::string>> client::activation_link(std::string_view id) {
    const auto a = call("GET", "/api/user/" + url_encoded(id) + "/activationLink");
    if (!a) return a.error();
    if (a->status == 400) return std::optional<std::string>();
    if (a->status != 200) return refused(*a, "the activation link");
    const auto link = trim(a->body);
    return link.empty() ? std::optional<std::string>() : std::optional<std::string>(link);
}

} // namespace voltlane::workers::thingsboard
