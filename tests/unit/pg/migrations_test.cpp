#include "shared/pg/migrations.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace voltlane::pg {
namespace {

class migration_folder : public testing::Test {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::path(testing::TempDir()) / (std::string("migrations_") + test->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& sql) { std::ofstream(folder_ / name) << sql; }

    std::filesystem::path folder_;
    std::string why_;
};

TEST_F(migration_folder, is_read_in_order_with_checksums) {
    write("0002_b.sql", "select 2");
    write("0001_a.sql", "abc");
    write("notes.txt", "no migration");
    const auto all = read_migrations(folder_, why_);
    ASSERT_TRUE(all) << why_;
    ASSERT_EQ(all->size(), 2u);
    EXPECT_EQ((*all)[0].name, "0001_a");
    EXPECT_EQ((*all)[0].checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ((*all)[1].number, 2);
}

TEST_F(migration_folder, with_a_gap_a_double_or_another_name_is_refused) {
    write("0001_a.sql", "");
    write("0003_c.sql", "");
    EXPECT_EQ(read_migrations(folder_, why_).error(), errc::invalid_input);
    std::filesystem::remove(folder_ / "0003_c.sql");
    write("0001_b.sql", "");
    EXPECT_FALSE(read_migrations(folder_, why_));
    std::filesystem::remove(folder_ / "0001_b.sql");
    write("2_c.sql", "");
    EXPECT_FALSE(read_migrations(folder_, why_));
    EXPECT_NE(why_.find("2_c.sql"), std::string::npos);
}

TEST_F(migration_folder, that_is_empty_or_missing_is_refused) {
    EXPECT_FALSE(read_migrations(folder_, why_));
    EXPECT_FALSE(read_migrations(folder_ / "absent", why_));
}

} // namespace
} // namespace voltlane::pg
