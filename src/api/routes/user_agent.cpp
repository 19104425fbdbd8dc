#include "api/routes/user_agent.hpp"

#include "shared/ocpp/utf8.hpp"

namespace voltlane::api {
namespace {

constexpr std::size_t most_characters = 300;

} // namespace

std::string kept_user_agent(const http::request& r) {
    const auto agent = ocpp::to_utf8(r.header("user-agent"));
    return std::string(ocpp::cut_characters(agent, most_characters));
}

} // namespace voltlane::api
