#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace voltlane::bench {

// What Linux tells of a running process; zeros where it is gone.
struct process_figures {
    double cpu_seconds = 0;
    double rss_kib = 0;
};

inline process_figures figures_of(int pid) {
    process_figures out;
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    // The name in parentheses may hold blanks: fields are counted behind the last one.
    if (const auto close = text.rfind(')'); close != std::string::npos) {
        std::istringstream rest(text.substr(close + 2));
        std::string skipped;
        for (int i = 0; i < 11; ++i)
            rest >> skipped;
        double user = 0, system = 0;
        rest >> user >> system;
        out.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) out.rss_kib = std::stod(line.substr(6));
    return out;
}

} // namespace voltlane::bench
