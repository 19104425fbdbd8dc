#pragma once

#include "api/user_types/declarations.hpp"
#include "api/user_types/profile_values.hpp"

#include <memory>
#include <mutex>

namespace voltlane::api {

// What is declared, as this pod knows: the built-in types until the database was read, then what
// follow_user_types (keeping.hpp) finds there twice a second, and the pod's own changes at once.
//
// Any thread. A handler takes one snapshot and uses it for the whole request.
class user_type_catalog {
public:
    std::shared_ptr<const declarations> snapshot() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    bool loaded() const {
        const std::lock_guard lock(mutex_);
        return loaded_;
    }
    // An older revision than the one known is dropped.
    void set(declarations d) {
        auto next = std::make_shared<const declarations>(std::move(d));
        const std::lock_guard lock(mutex_);
        if (loaded_ && next->revision < current_->revision) return;
        current_ = std::move(next);
        loaded_ = true;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const declarations> current_ =
        std::make_shared<const declarations>(built_in_declarations());
    bool loaded_ = false;
};

} // namespace voltlane::api
