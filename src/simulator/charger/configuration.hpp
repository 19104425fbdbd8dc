#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voltlane::simulator {

// The keys that the simulator itself looks at; all others are only kept.
enum class key : std::uint8_t {
    allow_offline_tx,
    authorization_cache,
    authorize_remote,
    clock_aligned_interval,
    connection_time_out,
    get_configuration_max_keys,
    heartbeat_interval,
    local_authorize_offline,
    local_list_enabled,
    local_list_max_length,
    local_pre_authorize,
    max_profiles,
    max_schedule_periods,
    max_stack_level,
    message_timeout,
    aligned_data,
    sampled_data,
    sample_interval,
    reserve_zero,
    send_local_list_max_length,
    stop_on_invalid_id,
    stop_sampled_data,
    message_attempts,
    message_retry_interval,
    ping_interval,
    certificate_max_chain,
};

enum class change_outcome : std::uint8_t { accepted, rejected, reboot_required, not_supported };

// A charger's configuration keys (OCPP 1.6 section 9, security whitepaper): a table shared by all chargers,
// and what was changed on this one. Kept over restarts.
class configuration {
public:
    // `factory` changes the defaults; each pair passed check_factory_value. NumberOfConnectors is told apart.
    configuration(int connectors, const std::vector<std::pair<std::string, std::string>>& factory);

    // What is wrong with a default in a scenario: empty, or a sentence.
    static std::string check_factory_value(std::string_view name, std::string_view value);

    std::string_view text(key k) const;
    std::int64_t integer(key k) const;
    bool flag(key k) const;

    // ChangeConfiguration.
    change_outcome change(std::string_view name, std::string_view value);
    // What the charger itself learns (the heartbeat interval of its boot); not checked.
    void set(key k, std::string value);

    // `{"key":..,"readonly":..,"value":..}`; false where there is no such key. Values that may not be read
    // (AuthorizationKey) are left out.
    bool append_entry(std::string& out, std::string_view name) const;
    // The names that GetConfiguration lists when it is asked for all.
    std::vector<std::string_view> readable_names() const;

private:
    std::string_view at(std::size_t row) const;
    void put(std::size_t row, std::string value);

    int connectors_;
    std::vector<std::pair<std::uint8_t, std::string>> changed_; // table row, value
};

} // namespace voltlane::simulator
