#include "simulator/summary.hpp"

#include "shared/base/json.hpp"

#include <fmt/format.h>

namespace voltlane::simulator {
namespace {

using ocpp::v16::calls;

statistics::calls_part total_of(const statistics& s) {
    statistics::calls_part total;
    for (const auto& c : s.calls) {
        total.sent += c.sent;
        total.answered += c.answered;
        total.errors += c.errors;
        total.timed_out += c.timed_out;
        total.lost += c.lost;
        total.times.add(c.times);
    }
    return total;
}

std::string row_text(std::string_view name, const statistics::calls_part& c) {
    return fmt::format("  {:<36}{:>9}{:>10}{:>8}{:>10}{:>7}{:>10.1f}{:>10.1f}{:>10.1f}\n", name, c.sent,
                       c.answered, c.errors, c.timed_out, c.lost, c.times.percentile(50),
                       c.times.percentile(99), c.times.longest_ms());
}

void append(std::string& out, std::string_view name, std::uint64_t n) {
    jsonio::append_member(out, name, static_cast<std::int64_t>(n));
}

void append_calls(std::string& out, std::string_view name, const statistics::calls_part& c) {
    jsonio::append_name(out, name);
    out += '{';
    append(out, "sent", c.sent);
    append(out, "answered", c.answered);
    append(out, "errors", c.errors);
    append(out, "timed_out", c.timed_out);
    append(out, "lost", c.lost);
    for (const int percent : {50, 90, 99})
        jsonio::append_raw_member(out, fmt::format("p{}_ms", percent),
                                  fmt::format("{:.3f}", c.times.percentile(percent)));
    jsonio::append_raw_member(out, "max_ms", fmt::format("{:.3f}", c.times.longest_ms()));
    out += '}';
}

template <class Map>
void append_counts(std::string& out, std::string_view name, const Map& counts) {
    std::string all = "{";
    for (const auto& [key, count] : counts) {
        if (all.size() > 1) all += ',';
        jsonio::append_string(all, key);
        all += ":" + std::to_string(count);
    }
    jsonio::append_raw_member(out, name, all + "}");
}

} // namespace

std::string summary_text(const run_facts& facts, const statistics& s) {
    auto out = fmt::format("{} chargers, seed {}, {:.1f} s\n", facts.chargers, facts.seed, facts.seconds);
    out += fmt::format("sessions: {} started, {} ended, {:.3f} kWh; {} tags refused\n", s.sessions_started,
                       s.sessions_ended, static_cast<double>(s.energy_wh) / 1000, s.refused_tags);
    out += fmt::format("connections: {} made, {} of them again, {} ended by the server\n", s.connected,
                       s.reconnected, s.ended_by_server);
    for (const auto& [why, count] : s.failed_dials)
        out += fmt::format("  not connected, {}: {}\n", why, count);
    out += fmt::format("\n  {:<36}{:>9}{:>10}{:>8}{:>10}{:>7}{:>10}{:>10}{:>10}\n", "calls", "sent",
                       "answered", "errors", "timed out", "lost", "p50 ms", "p99 ms", "max ms");
    for (const auto& spec : calls()) {
        const auto& c = s.calls[static_cast<std::size_t>(spec.id)];
        if (c.sent + c.lost > 0) out += row_text(spec.name, c);
    }
    out += row_text("all", total_of(s));
    for (const auto& [code, count] : s.error_codes)
        out += fmt::format("  error {}: {}\n", code, count);
    if (!s.commands.empty()) out += "\ncommands received\n";
    for (const auto& [name, c] : s.commands) {
        out += fmt::format("  {:<36}{:>9}", name, c.received);
        for (const auto& [status, count] : c.answers)
            out += fmt::format("  {} {}", status, count);
        out += '\n';
    }
    if (s.unexpected_frames > 0) out += fmt::format("\nunexpected frames: {}\n", s.unexpected_frames);
    if (s.changed_transaction_ids > 0)
        out += fmt::format("\nBROKEN PROMISE: {} repeated starts got another transaction id\n",
                           s.changed_transaction_ids);
    return out;
}

std::string summary_json(const run_facts& facts, const statistics& s) {
    std::string out = "{";
    append(out, "chargers", facts.chargers);
    append(out, "accepted", facts.accepted);
    jsonio::append_member(out, "seed", facts.seed);
    jsonio::append_raw_member(out, "seconds", fmt::format("{:.1f}", facts.seconds));
    jsonio::append_name(out, "sessions");
    out += '{';
    append(out, "started", s.sessions_started);
    append(out, "ended", s.sessions_ended);
    jsonio::append_member(out, "energy_wh", s.energy_wh);
    append(out, "refused_tags", s.refused_tags);
    out += '}';
    jsonio::append_name(out, "connections");
    out += '{';
    append(out, "made", s.connected);
    append(out, "again", s.reconnected);
    append(out, "ended_by_server", s.ended_by_server);
    append_counts(out, "failed", s.failed_dials);
    out += '}';
    jsonio::append_name(out, "calls");
    out += '{';
    for (const auto& spec : calls()) {
        const auto& c = s.calls[static_cast<std::size_t>(spec.id)];
        if (c.sent + c.lost > 0) append_calls(out, spec.name, c);
    }
    out += '}';
    append_calls(out, "all_calls", total_of(s));
    append_counts(out, "error_codes", s.error_codes);
    jsonio::append_name(out, "commands");
    out += '{';
    for (const auto& [name, c] : s.commands) {
        jsonio::append_name(out, name);
        out += '{';
        append(out, "received", c.received);
        append_counts(out, "answers", c.answers);
        out += '}';
    }
    out += '}';
    append(out, "unexpected_frames", s.unexpected_frames);
    append(out, "changed_transaction_ids", s.changed_transaction_ids);
    return out + "}\n";
}

} // namespace voltlane::simulator
