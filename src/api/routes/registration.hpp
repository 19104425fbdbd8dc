#pragma once

#include "api/call.hpp"
#include "api/routes/account_making.hpp"
#include "api/user_types/catalog.hpp"

namespace voltlane::api {

// POST /api/auth/register/: an account that becomes active once its e-mail is verified, a CUSTOMER_USER once
// its parent customer approves besides.
class registration_routes {
public:
    registration_routes(account_maker m, const user_type_catalog& types, bool open_tenants)
        : maker_(m)
        , types_(types)
        , open_tenants_(open_tenants) {}
    void add_to(router& table);

private:
    async::awaitable<http::response> register_account(http::request& r, call& c);

    account_maker maker_;
    const user_type_catalog& types_;
    bool open_tenants_;
};

// The account that a request asks for, as far as the request itself tells what is wrong with it; its password
// under `password`. `open_tenants`: a CUSTOMER, who will own a tenant, may register.
store::new_account read_registration(form& f, const json_input& body, const declarations& types,
                                     bool open_tenants, std::string& password);

} // namespace voltlane::api
