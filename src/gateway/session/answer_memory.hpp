#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace voltlane::gateway {

// What makes two calls of one connection the same: message id and the rest of the frame (field-notes
// "decided").
struct call_fingerprint {
    std::uint64_t id = 0;
    std::uint64_t content = 0;
    bool operator==(const call_fingerprint&) const = default;
};

inline call_fingerprint fingerprint(std::string_view id, std::string_view action,
                                    std::string_view payload) noexcept {
    const std::hash<std::string_view> hash;
    return {hash(id), hash(payload) * 31 + hash(action)};
}

// The last two answers of a connection, verbatim: a charger that repeats a call gets the first answer again.
//
// Bound: two answers, each at most max_kept_bytes; a longer one is not kept (the repeat is then answered as a
// new call and recognised by meaning further on).
class answer_memory {
public:
    static constexpr std::size_t max_kept_bytes = 1024;

    // Empty where the call is none of the last two.
    std::string_view find(const call_fingerprint& f) const noexcept {
        for (const auto& kept : kept_)
            if (!kept.frame.empty() && kept.call == f) return kept.frame;
        return {};
    }

    void keep(const call_fingerprint& f, std::string_view frame) {
        if (frame.size() > max_kept_bytes) return;
        auto& slot = kept_[next_];
        next_ ^= 1U;
        slot.call = f;
        slot.frame.assign(frame);
    }

private:
    struct kept_answer {
        call_fingerprint call;
        std::string frame;
    };
    std::array<kept_answer, 2> kept_;
    unsigned next_ = 0;
};

} // namespace voltlane::gateway
