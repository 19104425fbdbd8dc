#include "shared/pg/pool.hpp"

namespace voltlane::pg {
namespace {

std::vector<std::unique_ptr<database>> make_databases(const settings& s, std::size_t count, metrics& m) {
    std::vector<std::unique_ptr<database>> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(std::make_unique<database>(s, &m));
    return out;
}

} // namespace

pool::pool(settings s, std::size_t connections, std::size_t capacity, metrics& m)
    : metrics_(m)
    , databases_(make_databases(s, connections, m))
    , threads_(connections, capacity) {}

} // namespace voltlane::pg
