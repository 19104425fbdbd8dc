#pragma once

#include "api/call.hpp"
#include "api/user_types/catalog.hpp"
#include "shared/pg/pool.hpp"
#include "shared/store/price_book.hpp"

namespace voltlane::api {

// What single accounts and user types pay at a charge point (super_admin):
// /api/charge-points/<pk>/user-prices/ and .../type-prices/. The two differ in how a holder is named.
class held_price_routes {
public:
    held_price_routes(pg::pool& database, const user_type_catalog& types)
        : database_(database)
        , types_(types) {}
    void add_to(router& table);

private:
    // Named by an e-mail, or by a type: the request's field.
    static constexpr std::string_view email_field = "email";
    static constexpr std::string_view type_field = "user_type";

    async::awaitable<http::response> list(http::request& r, call& c, store::held_by kind);
    async::awaitable<http::response> set(http::request& r, call& c, store::held_by kind);
    async::awaitable<http::response> end(http::request& r, call& c, store::held_by kind);

    pg::pool& database_;
    const user_type_catalog& types_;
};

} // namespace voltlane::api
