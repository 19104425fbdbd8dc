#include "shared/store/session_columns.hpp"

#include "shared/pg/failure.hpp"
#include "shared/store/session_loading.hpp"

#include <set>

#include <gtest/gtest.h>

namespace voltlane::store {
namespace {

TEST(session_columns, are_named_once_and_put_one_element_each) {
    std::set<std::string> names;
    const domain::session empty;
    for (const auto& c : session_columns()) {
        EXPECT_TRUE(names.insert(c.name).second) << c.name;
        pg::array out;
        c.put(empty, out);
        EXPECT_EQ(out.size(), 1u) << c.name;
    }
}

TEST(epochs_text, is_read_back) {
    using entry = domain::epoch_window::entry;
    const domain::epoch_window window({entry{{1, 500}, 12}, entry{{2, 3}, 1}});
    EXPECT_EQ(epochs_text(window), "1-500:12 2-3:1");
    EXPECT_EQ(parse_epochs("1-500:12 2-3:1").entries(), window.entries());
    EXPECT_TRUE(parse_epochs("").entries().empty());
}

TEST(epochs_text, that_is_damaged_is_an_error) {
    for (const auto* text : {"1-500", "1-500:", "x", "1-500:12  ", ":", "1-500:12x"})
        EXPECT_THROW(parse_epochs(text), pg::failure) << text;
}

} // namespace
} // namespace voltlane::store
