#include "shared/async/descriptors.hpp"

#include <limits>
#include <sys/resource.h>

namespace voltlane::async {

std::size_t raise_descriptor_limit() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return std::numeric_limits<std::size_t>::max();
    const auto before = files.rlim_cur;
    files.rlim_cur = files.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_max : before;
}

} // namespace voltlane::async
