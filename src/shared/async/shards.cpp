#include "shared/async/shards.hpp"

#include <algorithm>

namespace voltlane::async {

shards::shards(std::size_t count) {
    if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < count; ++i) {
        contexts_.push_back(std::make_unique<asio::io_context>(1));
        guards_.push_back(asio::make_work_guard(*contexts_.back()));
    }
}

shards::~shards() {
    stop();
    for (auto& t : threads_)
        if (t.joinable()) t.join();
}

void shards::run() {
    for (std::size_t i = 1; i < contexts_.size(); ++i)
        threads_.emplace_back([context = contexts_[i].get()] { context->run(); });
    contexts_[0]->run();
    for (auto& t : threads_)
        t.join();
    threads_.clear();
}

void shards::stop() {
    for (auto& g : guards_)
        g.reset();
    for (auto& c : contexts_)
        c->stop();
}

} // namespace voltlane::async
