#pragma once

#include "api/call.hpp"
#include "api/user_types/catalog.hpp"
#include "shared/pg/pool.hpp"

namespace voltlane::api {

// /api/admin/user-types/: what the deployment declares about its accounts. Any super_admin reads it; any may
// change it too while the deployment has no operator account, then only operators.
//
// Fields may change in ways that existing profiles do not fit: what is stored stays stored, and is shown as
// null as long as it does not fit. A type that accounts have cannot be deleted. A change counts on this pod
// at once, and within a second on every other.
class user_type_routes {
public:
    user_type_routes(pg::pool& database, user_type_catalog& types) : database_(database), types_(types) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> list(http::request& r, call& c);
    async::awaitable<http::response> create(http::request& r, call& c);
    async::awaitable<http::response> show(http::request& r, call& c);
    // `whole`: PUT. What is not sent is left alone by PATCH, and is as if never declared after PUT.
    async::awaitable<http::response> change(http::request& r, call& c, bool whole);
    async::awaitable<http::response> remove(http::request& r, call& c);
    async::awaitable<http::response> show_shared(http::request& r, call& c);
    async::awaitable<http::response> replace_shared(http::request& r, call& c);

    pg::pool& database_;
    user_type_catalog& types_;
};

} // namespace voltlane::api
