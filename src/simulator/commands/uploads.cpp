#include "simulator/commands/handlers.hpp"
#include "simulator/commands/members.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

// Diagnostics, logs and firmware: accepted at once, then a sequence of status messages. Nothing is
// transferred.
namespace voltlane::simulator::commands {
namespace {

using act = job_step::act;

// Seconds between the statuses: long enough to be seen, short enough to wait for.
constexpr job_step upload_steps[] = {
    {1, act::report, "Uploading"},
    {3, act::report, "Uploaded"},
};
constexpr job_step failing_upload_steps[] = {
    {1, act::report, "Uploading"},
    {3, act::report, "UploadFailed"},
};
constexpr job_step failing_log_steps[] = {
    {1, act::report, "Uploading"},
    {3, act::report, "UploadFailure"},
};
constexpr job_step firmware_steps[] = {
    {1, act::report, "Downloading"}, {4, act::report, "Downloaded"}, {1, act::wait_idle, {}},
    {0, act::report, "Installing"},  {3, act::restart, {}},          {2, act::report, "Installed"},
};
constexpr job_step signed_firmware_steps[] = {
    {1, act::report, "Downloading"},
    {4, act::report, "Downloaded"},
    {1, act::report, "SignatureVerified"},
    {1, act::wait_idle, {}},
    {0, act::report, "Installing"},
    {3, act::restart, {}},
    {2, act::report_event, "FirmwareUpdated"},
    {0, act::report, "Installed"},
};
constexpr job_step failing_firmware_steps[] = {
    {1, act::report, "Downloading"},
    {3, act::report, "DownloadFailed"},
};
constexpr job_step bad_certificate_steps[] = {
    {0, act::report_event, "InvalidFirmwareSigningCertificate"},
};

// A location that names it fails: a way to see what the central system makes of it.
bool is_to_fail(std::string_view location) {
    return location.find("fail") != std::string_view::npos;
}

std::string file_name(charge_point& cp, std::string_view what, timestamp now) {
    return fmt::format("{}-{}-{}.log", what, cp.id(), now.time_since_epoch() / std::chrono::seconds(1));
}

} // namespace

reply get_diagnostics(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const bool fails = is_to_fail(text(payload, "location"));
    cp.work(charge_point::job::diagnostics)
        .start(fails ? std::span<const job_step>(failing_upload_steps) : upload_steps, std::nullopt, now);
    std::string out = "{";
    jsonio::append_member(out, "fileName", file_name(cp, "diagnostics", now));
    return payload_reply(out + "}");
}

reply get_log(charge_point& cp, const boost::json::object& payload, timestamp now) {
    auto& job = cp.work(charge_point::job::log);
    auto r = status_reply(job.running() ? "AcceptedCanceled" : "Accepted");
    const auto& log = *jsonio::find_object(payload, "log");
    const bool fails = is_to_fail(text(log, "remoteLocation"));
    job.start(fails ? std::span<const job_step>(failing_log_steps) : upload_steps,
              integer(payload, "requestId"), now);
    const bool security = text(payload, "logType") == "SecurityLog";
    r.payload.pop_back();
    jsonio::append_member(r.payload, "filename", file_name(cp, security ? "security" : "diagnostics", now));
    r.payload += '}';
    return r;
}

reply update_firmware(charge_point& cp, const boost::json::object& payload, timestamp now) {
    const bool fails = is_to_fail(text(payload, "location"));
    const auto at = std::max(now, time(payload, "retrieveDate").value_or(now));
    cp.work(charge_point::job::firmware)
        .start(fails ? std::span<const job_step>(failing_firmware_steps) : firmware_steps, std::nullopt, at);
    return payload_reply("{}");
}

reply signed_update_firmware(charge_point& cp, const boost::json::object& payload, timestamp now) {
    auto& job = cp.work(charge_point::job::firmware);
    const auto& firmware = *jsonio::find_object(payload, "firmware");
    const auto request = integer(payload, "requestId");
    if (!hash_certificate(text(firmware, "signingCertificate"))) {
        if (!job.running()) job.start(bad_certificate_steps, request, now, true);
        return status_reply("InvalidCertificate");
    }
    const bool canceled = job.running();
    const bool fails = is_to_fail(text(firmware, "location"));
    const auto at = std::max(now, time(firmware, "retrieveDateTime").value_or(now));
    job.start(fails ? std::span<const job_step>(failing_firmware_steps) : signed_firmware_steps, request, at,
              true);
    return status_reply(canceled ? "AcceptedCanceled" : "Accepted");
}

} // namespace voltlane::simulator::commands
