#pragma once

#include <cstddef>

namespace voltlane::async {

// A socket is a descriptor: raises the process's soft limit to its hard one, and returns the limit that now
// holds. Called once, before anything listens.
std::size_t raise_descriptor_limit();

} // namespace voltlane::async
