#include "shared/pg/failure.hpp"

#include <new>

#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace voltlane::pg {
namespace {

struct row {
    const char* sqlstate;
    failure_kind kind;
};

class sqlstate : public testing::TestWithParam<row> {};

TEST_P(sqlstate, means) {
    EXPECT_EQ(classify(GetParam().sqlstate), GetParam().kind) << GetParam().sqlstate;
}

INSTANTIATE_TEST_SUITE_P(
    table, sqlstate,
    testing::Values(row{"40001", failure_kind::retryable}, row{"40P01", failure_kind::retryable},
                    row{"40003", failure_kind::in_doubt}, row{"08007", failure_kind::in_doubt},
                    row{"08006", failure_kind::unavailable}, row{"57P01", failure_kind::unavailable},
                    row{"57014", failure_kind::unavailable}, row{"53300", failure_kind::unavailable},
                    row{"55P03", failure_kind::unavailable}, row{"25P03", failure_kind::unavailable},
                    row{"25006", failure_kind::unavailable}, row{"", failure_kind::unavailable},
                    row{"23505", failure_kind::conflict}, row{"23503", failure_kind::poison},
                    row{"23514", failure_kind::poison}, row{"22003", failure_kind::poison},
                    row{"22P02", failure_kind::poison}, row{"42P01", failure_kind::defect},
                    row{"42601", failure_kind::defect}));

TEST(failure, of_libpqxx_itself_is_no_fault_of_the_data) {
    try {
        try {
            throw pqxx::failure("no result");
        } catch (...) {
            rethrow();
        }
    } catch (const failure& f) {
        EXPECT_EQ(f.kind(), failure_kind::unavailable);
        EXPECT_STREQ(f.what(), "no result");
    }
    EXPECT_THROW(
        {
            try {
                throw std::bad_alloc();
            } catch (...) {
                rethrow();
            }
        },
        std::bad_alloc);
}

TEST(failure, conflicts_and_poison_are_refused_data) {
    EXPECT_TRUE(failure(failure_kind::conflict, "23505", "").refused_data());
    EXPECT_TRUE(failure(failure_kind::poison, "22003", "").refused_data());
    EXPECT_FALSE(failure(failure_kind::unavailable, "", "").refused_data());
}

} // namespace
} // namespace voltlane::pg
