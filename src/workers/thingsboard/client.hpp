#pragma once

#include "workers/thingsboard/http_call.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

namespace voltlane::workers::thingsboard {

// Why a call did not do what it was to do. `hopeless`: the server understood it and will refuse it for ever.
struct trouble {
    bool hopeless = false;
    std::string reason;

    trouble() = default;
    // Spelt out: an aggregate could be made from a bool alone, and results of bool would not know which is
    // meant.
    trouble(bool for_ever, std::string why) : hopeless(for_ever), reason(std::move(why)) {}
};
template <class T>
using outcome = boost::system::result<T, trouble>;

struct settings {
    std::string url; // http(s)://host[:port], no slash at the end
    std::string username, password;
};

struct customer {
    std::string id; // empty: not made yet
    std::string title, email, phone;
    std::int64_t account = 0;  // whose it is of ours, in its additionalInfo; 0: not ours
    boost::json::object raw{}; // as the server has it: what we know nothing about stays
};

struct user {
    std::string id; // empty: not made yet
    std::string customer_id;
    std::string email, first_name, last_name, phone;
    boost::json::object raw{};
};

// The REST API of ThingsBoard (3.x, Community Edition: auth-, customer- and user-controller) as a tenant
// administrator uses it. Logs in when it has no token, and once more where a call is answered 401.
//
// Calls block; one thread at a time. A call that got no answer may have been carried out: callers look before
// they make something again.
class client {
public:
    // `stop`: ends a call under way once it is true; must outlive the client.
    explicit client(settings s, const std::atomic<bool>* stop = nullptr)
        : settings_(std::move(s))
        , stop_(stop) {}

    // All calls that follow end by then.
    void set_deadline(std::chrono::steady_clock::time_point t) { deadline_ = t; }

    outcome<std::optional<customer>> find_customer(std::string_view id);
    outcome<std::optional<customer>> find_customer_by_title(std::string_view title);
    // Makes it, or changes the one with that id. Titles are unique: a taken one is a hopeless trouble.
    outcome<customer> save_customer(const customer& c);

    outcome<std::optional<user>> find_user(std::string_view id);
    outcome<std::optional<user>> find_user_by_email(std::string_view customer_id, std::string_view email);
    outcome<user> save_user(const user& u);         // as save_customer; without ThingsBoard's own mail
    outcome<bool> remove_user(std::string_view id); // false: it was gone
    // False: refused, e.g. for a user who never activated.
    outcome<bool> enable_user(std::string_view id, bool enabled);
    // nullopt: activated already.
    outcome<std::optional<std::string>> activation_link(std::string_view id);

private:
    outcome<http_answer> call(std::string_view method, const std::string& path, std::string body = {});
    outcome<bool> log_in();
    http_answer send(std::string_view method, const std::string& path, std::string body);

    settings settings_;
    const std::atomic<bool>* stop_;
    std::string token_;
    std::chrono::steady_clock::time_point deadline_{};
};

} // namespace voltlane::workers::thingsboard
