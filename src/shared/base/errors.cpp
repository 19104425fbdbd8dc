#include "shared/base/errors.hpp"

namespace voltlane {
namespace {

class category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "voltlane"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::invalid_input: return "invalid input";
        case errc::not_found: return "not found";
        case errc::conflict: return "conflict";
        case errc::forbidden: return "forbidden";
        case errc::unauthenticated: return "unauthenticated";
        case errc::too_large: return "too large";
        case errc::overloaded: return "overloaded";
        case errc::timed_out: return "timed out";
        case errc::stopped: return "stopped";
        case errc::unavailable: return "unavailable";
        case errc::fenced: return "fenced";
        case errc::corrupt: return "corrupt data";
        }
        return "unknown error";
    }
};

} // namespace

const boost::system::error_category& voltlane_category() noexcept {
    static const category instance;
    return instance;
}

} // namespace voltlane
