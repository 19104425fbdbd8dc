#include "shared/store/id_tag_directory.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

using namespace std::chrono_literals;

const timestamp soon = std::chrono::sys_days(std::chrono::year(2030) / 1 / 1);
const timestamp late = soon + 24h;

TEST(id_tag_directory, a_tag_is_as_good_as_its_holder) {
    struct row {
        const char* name;
        const char* status;
        std::optional<timestamp> tag_expiry;
        std::optional<tag_holder> holder;
        const char* shown;
        std::optional<timestamp> expiry;
    };
    const row rows[] = {
        {"nobody's", "Accepted", soon, {}, "Accepted", soon},
        {"an active holder's", "Accepted", {}, tag_holder{"student", true, {}}, "Accepted", {}},
        {"a deactivated holder's", "Accepted", {}, tag_holder{"student", false, {}}, "Blocked", {}},
        {"refused anyway", "Expired", {}, tag_holder{"student", false, {}}, "Expired", {}},
        {"blocked itself", "Blocked", {}, tag_holder{"student", true, {}}, "Blocked", {}},
        {"the holder ends first", "Accepted", late, tag_holder{"", true, soon}, "Accepted", soon},
        {"the tag ends first", "Accepted", soon, tag_holder{"", true, late}, "Accepted", soon},
        {"only the holder ends", "Accepted", {}, tag_holder{"", true, soon}, "Accepted", soon},
    };
    for (const auto& r : rows) {
        id_tag_facts tag{tenant_id(3), "tag", r.status, r.tag_expiry, "parent", {}};
        if (r.holder) tag.account = account_id(9);
        const auto e = directory_entry_of(tag, r.holder ? &*r.holder : nullptr);
        EXPECT_EQ(e.status, r.shown) << r.name;
        EXPECT_EQ(e.expiry, r.expiry) << r.name;
        EXPECT_EQ(e.account, tag.account) << r.name;
        EXPECT_EQ(e.user_type, r.holder ? r.holder->user_type : "") << r.name;
        EXPECT_EQ(e.tenant, tenant_id(3));
        EXPECT_EQ(e.id_tag_folded, "tag");
        EXPECT_EQ(e.parent_id_tag, "parent");
    }
}

} // namespace
} // namespace voltlane::store
