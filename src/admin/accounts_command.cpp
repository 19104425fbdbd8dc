#include "admin/accounts_command.hpp"

#include "admin/failure.hpp"
#include "admin/secrets.hpp"
#include "shared/base/password_rules.hpp"
#include "shared/domain/account_rules.hpp"
#include "shared/store/registrations.hpp"
#include "shared/store/tenants.hpp"

namespace voltlane::admin {
namespace {

store::new_account account_of(const new_user& u, domain::role role) {
    const auto blank = u.full_name.find(' ');
    store::new_account a;
    a.username = u.username;
    a.email = u.email;
    a.first_name = u.full_name.substr(0, blank);
    if (blank != std::string::npos) a.last_name = u.full_name.substr(blank + 1);
    a.role = role;
    a.is_operator = u.is_operator;
    if (role == domain::role::super_admin && !u.tenant) a.user_type = domain::customer_type;
    const auto password = secret_from_environment(u.password_env);
    const auto faults = password_faults(password, {a.username, a.first_name, a.last_name, a.email});
    if (!faults.empty()) throw failure("the password in " + u.password_env + ": " + faults.front());
    a.password_hash = hash_password(password);
    if (u.tenant) a.tenant = tenant_id{*u.tenant};
    return a;
}

// The new tenant's id is set in the account.
void found_tenant(pg::transaction& t, store::new_account& a, const std::string& key) {
    a.tenant = store::insert_tenant(t, a.username, key, hash_url_key(key));
}

} // namespace

void create_user(session& s, const new_user& u) {
    const auto role = domain::parse_role(u.role);
    if (!role) throw failure("--role must be user or super_admin", exit_code::usage);
    const bool founds = *role == domain::role::super_admin && !u.tenant;
    const auto prepared = account_of(u, *role);
    const auto key = founds ? new_url_key() : std::string();

    store::new_account made;
    const auto id = s.database().run([&](pg::transaction& t) {
        made = prepared;
        const auto taken = store::claim_names(t, u.username, u.email);
        if (taken.username) throw failure("the user name " + u.username + " is taken");
        if (taken.email) throw failure("the e-mail address " + u.email + " is taken");
        if (u.tenant && !store::find_tenant(t, tenant_id{*u.tenant}))
            throw failure("there is no tenant " + std::to_string(*u.tenant));
        if (founds) found_tenant(t, made, key);
        const auto account = store::insert_account(t, made);
        if (founds) store::set_founder(t, *made.tenant, account);
        return account;
    });
    s.out() << "account " << id() << " created";
    if (made.tenant) s.out() << ", tenant " << (*made.tenant)();
    s.out() << '\n';
    if (founds) s.out() << "its chargers dial /api/v16/" << key << "/<charge point>\n";
}

} // namespace voltlane::admin
