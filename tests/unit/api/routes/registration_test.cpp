#include "api/routes/registration.hpp"

#include <gtest/gtest.h>

namespace voltlane::api {
namespace {

struct reading {
    store::new_account account;
    std::string password;
    field_messages errors;

    std::string fields() const {
        std::string names;
        for (const auto& [field, messages] : errors)
            names += (names.empty() ? "" : " ") + field;
        return names;
    }
    std::string message(std::string_view field) const {
        const auto found = errors.find(field);
        return found == errors.end() ? std::string() : found->second.front();
    }
};

// What is read of a request that is right but for the given members.
reading read(const std::string& members = {}, bool open_tenants = true,
             const declarations& types = built_in_declarations()) {
    std::string text = R"({"username":"anna","email":"anna@example.com","password":"MyP@ssw0rd",)"
                       R"("confirm_password":"MyP@ssw0rd","first_name":"Anna","last_name":"Berg",)"
                       R"("birthday":"1990-02-28","gender":"f","user_type":"CUSTOMER")";
    // A later member of the same name wins.
    text += (members.empty() ? "" : ",") + members + "}";
    json_input::fault wrong;
    const auto body = json_input::parse(text, wrong);
    EXPECT_TRUE(body) << wrong.message;
    reading r;
    form f(*body);
    r.account = read_registration(f, *body, types, open_tenants, r.password);
    r.errors = f.errors();
    return r;
}

TEST(registration, reads_a_customer) {
    const auto r = read();
    EXPECT_EQ(r.fields(), "");
    EXPECT_EQ(r.password, "MyP@ssw0rd");
    EXPECT_EQ(r.account.username, "anna");
    EXPECT_EQ(r.account.email, "anna@example.com");
    EXPECT_EQ(r.account.first_name, "Anna");
    EXPECT_EQ(r.account.last_name, "Berg");
    EXPECT_EQ(r.account.birthday, "1990-02-28");
    EXPECT_EQ(r.account.gender, "f");
    EXPECT_EQ(r.account.user_type, "CUSTOMER");
    EXPECT_EQ(r.account.role, domain::role::super_admin);
    EXPECT_TRUE(r.account.is_approved);
    EXPECT_FALSE(r.account.email_verified);
    EXPECT_FALSE(r.account.parent);
    EXPECT_FALSE(r.account.tenant);
    EXPECT_TRUE(r.account.password_hash.empty());
}

TEST(registration, a_customer_user_waits_for_its_parent) {
    const auto r = read(R"("user_type":"CUSTOMER_USER","parent_customer_id":7)");
    EXPECT_EQ(r.fields(), "");
    EXPECT_EQ(r.account.parent, account_id(7));
    EXPECT_EQ(r.account.role, domain::role::user);
    EXPECT_FALSE(r.account.is_approved);
}

TEST(registration, a_type_may_be_left_to_administrators) {
    auto types = built_in_declarations();
    types.types.push_back({"guest", "is_guest", {}, declared_by::api});
    types.types.push_back({"vip", "is_vip", {}, declared_by::api, false});
    EXPECT_EQ(read(R"("user_type":"guest")", true, types).fields(), "");
    const auto refused = read(R"("user_type":"vip")", true, types);
    EXPECT_EQ(refused.fields(), "user_type");
    EXPECT_EQ(refused.message("user_type"), "\"vip\" is not a valid choice.");
}

TEST(registration, the_parent_belongs_to_a_customer_user_alone) {
    const std::string child = R"("user_type":"CUSTOMER_USER")";
    EXPECT_EQ(read(child).message("parent_customer_id"), "This field is required.");
    EXPECT_EQ(read(child + R"(,"parent_customer_id":null)").message("parent_customer_id"),
              "This field is required.");
    EXPECT_EQ(read(child + R"(,"parent_customer_id":"7")").account.parent, account_id(7));
    for (const auto* wrong :
         {"0", "-1", "7.5", "\"x\"", "\"\"", "[7]", "{}", "true", "9223372036854775808", "1e3"})
        EXPECT_EQ(read(child + R"(,"parent_customer_id":)" + wrong).fields(), "parent_customer_id") << wrong;
    EXPECT_EQ(read(R"("parent_customer_id":7)").message("parent_customer_id"),
              "Only a CUSTOMER_USER has a parent customer.");
    EXPECT_EQ(read(R"("parent_customer_id":null)").fields(), "");
}

TEST(registration, what_must_be_there) {
    json_input::fault wrong;
    const auto nothing = json_input::parse("{}", wrong);
    form f(*nothing);
    std::string password;
    const auto a = read_registration(f, *nothing, built_in_declarations(), true, password);
    reading r{a, password, f.errors()};
    EXPECT_EQ(r.fields(), "confirm_password email password username");
    EXPECT_EQ(a.user_type, "CUSTOMER");
}

TEST(registration, user_types_are_those_declared) {
    for (const auto* wrong : {"\"student\"", "\"customer\"", "\"\"", "\"ADMIN\"", "\" \""})
        EXPECT_EQ(read(std::string(R"("user_type":)") + wrong).fields(), "user_type") << wrong;
    for (const auto* wrong : {"null", "[]", "{}", "true"})
        EXPECT_EQ(read(std::string(R"("user_type":)") + wrong).fields(), "user_type") << wrong;
    EXPECT_EQ(read(R"("user_type":"nobody")").message("user_type"), "\"nobody\" is not a valid choice.");
}

TEST(registration, a_deployment_may_keep_tenants_to_itself) {
    EXPECT_EQ(read("", false).message("user_type"), "\"CUSTOMER\" is not a valid choice.");
    EXPECT_EQ(read(R"("user_type":"CUSTOMER_USER","parent_customer_id":7)", false).fields(), "");
}

TEST(registration, user_names) {
    for (const auto* right : {"a", "anna.berg", "anna@berg", "a+b-c_d", "Ännä", "用户1"})
        EXPECT_TRUE(is_username(right)) << right;
    for (const auto* wrong :
         {"anna berg", "anna\tberg", "a\nb", "a/b", "a:b", "<a>", "a\"b", "a\u00A0b", "admin\u200B",
          "ad\u00ADmin", "\u202Enimda", "a\U0001F600", "\xff\xfe", "a\uFF20b"})
        EXPECT_FALSE(is_username(wrong)) << wrong;
    EXPECT_EQ(read(R"("username":"anna berg")").fields(), "username");
    EXPECT_EQ(read(R"("username":"")").message("username"), "This field may not be blank.");
    EXPECT_EQ(read(R"("username":")" + std::string(151, 'a') + "\"").message("username"),
              "Ensure this field has no more than 150 characters.");
    EXPECT_EQ(read(R"("username":{"$gt":""})").message("username"), "Not a valid string.");
    EXPECT_EQ(read(R"("username":"a\u0000b")").message("username"), "Null characters are not allowed.");
}

TEST(registration, passwords) {
    EXPECT_EQ(read(R"("confirm_password":"MyP@ssw0rD")").message("confirm_password"),
              "The two password fields didn't match.");
    EXPECT_EQ(read(R"("password":"password1","confirm_password":"password1")").message("password"),
              "This password is too common.");
    EXPECT_EQ(read(R"("username":"longername","password":"LongerName1","confirm_password":"LongerName1")")
                  .message("password"),
              "The password is too similar to the username.");
    EXPECT_EQ(read(R"("last_name":"Lindqvist","password":"lindqvist","confirm_password":"lindqvist")")
                  .message("password"),
              "The password is too similar to the last name.");
    EXPECT_EQ(read(R"("password":null)").message("password"), "This field may not be null.");
    EXPECT_EQ(read(R"("password":" blanks stay ","confirm_password":" blanks stay ")").password,
              " blanks stay ");
}

TEST(registration, the_person) {
    EXPECT_EQ(read(R"("birthday":"1990-02-30")").fields(), "birthday");
    EXPECT_EQ(read(R"("birthday":null,"gender":null)").fields(), "");
    EXPECT_EQ(read(R"("birthday":null)").account.birthday, std::nullopt);
    EXPECT_EQ(read(R"("gender":")" + std::string(65, 'x') + "\"").fields(), "gender");
    EXPECT_EQ(read(R"("first_name":"","last_name":"")").fields(), "");
    EXPECT_EQ(read(R"("first_name":")" + std::string(151, 'x') + "\"").fields(), "first_name");
}

} // namespace
} // namespace voltlane::api
