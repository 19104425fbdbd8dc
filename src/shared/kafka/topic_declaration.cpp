#include "shared/kafka/topic_declaration.hpp"

#include "shared/base/text.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace voltlane::kafka {
namespace {

const std::set<std::string, std::less<>> members = {
    "name", "key", "partitions", "cleanup", "retention", "producers", "readers", "schema", "config"};
constexpr std::int32_t most_partitions = 1024;

// Collects everything that is wrong with one file.
struct reading {
    std::string_view file;
    YAML::Node root;
    std::string mistakes;

    void wrong(std::string_view what) { mistakes += fmt::format("\n  {}: {}", file, what); }

    std::string text(const char* name, bool required = true) {
        const YAML::Node node = root[name];
        if (node && node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
        if (node || required) wrong(fmt::format("{} must be a text", name));
        return {};
    }

    std::vector<std::string> texts(const char* name) {
        std::vector<std::string> all;
        const YAML::Node node = root[name];
        if (!node || !node.IsSequence() || node.size() == 0) {
            wrong(fmt::format("{} must be a list that is not empty", name));
            return all;
        }
        for (const auto& item : node)
            if (item.IsScalar())
                all.push_back(item.Scalar());
            else
                wrong(fmt::format("{} must hold texts", name));
        return all;
    }
};

void read_cleanup(reading& in, topic_declaration& out) {
    const std::string cleanup = in.text("cleanup");
    if (cleanup == "compact")
        out.cleanup = topic_declaration::cleanup_policy::compact;
    else if (cleanup != "delete" && !cleanup.empty())
        in.wrong("cleanup must be delete or compact");
    const bool compact = out.cleanup == topic_declaration::cleanup_policy::compact;
    if (const std::string retention = in.text("retention", !compact && !cleanup.empty());
        !retention.empty()) {
        if (compact) in.wrong("a compacted topic has no retention");
        try {
            out.retention = parse_retention(retention);
        } catch (const std::invalid_argument& e) {
            in.wrong(e.what());
        }
    }
    out.configs["cleanup.policy"] = compact ? "compact" : "delete";
    if (!compact)
        out.configs["retention.ms"] = out.retention.count() ? std::to_string(out.retention.count()) : "-1";
}

void read_configs(reading& in, topic_declaration& out) {
    const YAML::Node node = in.root["config"];
    if (!node) return;
    if (!node.IsMap()) return in.wrong("config must be a map");
    for (const auto& item : node) {
        if (!item.second.IsScalar()) {
            in.wrong("config must hold plain values");
        } else if (!out.configs.emplace(item.first.Scalar(), item.second.Scalar()).second) {
            in.wrong(fmt::format("config repeats {}", item.first.Scalar()));
        }
    }
}

} // namespace

std::chrono::milliseconds parse_retention(std::string_view text) {
    using namespace std::chrono_literals;
    using std::chrono::milliseconds;
    constexpr std::int64_t most = 3650; // ten years of days; of the smaller units it is less
    if (text == "forever") return 0ms;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_integer<std::int64_t>(text.substr(0, digits));
    const std::string_view unit = text.substr(digits);
    std::optional<milliseconds> one;
    if (unit == "d") one = 24h;
    if (unit == "h") one = 1h;
    if (unit == "m") one = 1min;
    if (unit == "s") one = 1s;
    if (unit == "ms") one = 1ms;
    if (!number || !one || *number <= 0 || *number > most * milliseconds(24h) / *one)
        throw std::invalid_argument(
            fmt::format("retention '{}' is not like 7d, 12h, 30m, 45s, 500ms or forever", text));
    return *number * *one;
}

topic_declaration parse_topic(std::string_view yaml, std::string_view file) {
    reading in{file, {}, {}};
    try {
        in.root = YAML::Load(std::string(yaml));
    } catch (const YAML::Exception& e) {
        throw std::invalid_argument(fmt::format("{}: {}", file, e.what()));
    }
    if (!in.root.IsMap()) throw std::invalid_argument(fmt::format("{}: must be a map", file));
    for (const auto& item : in.root)
        if (!members.contains(item.first.Scalar()))
            in.wrong(fmt::format("unknown member {}", item.first.Scalar()));

    topic_declaration out;
    out.name = in.text("name");
    out.key = in.text("key");
    const auto partitions = parse_integer<std::int32_t>(in.text("partitions"));
    out.partitions = partitions.value_or(0);
    if (out.partitions < 1 || out.partitions > most_partitions)
        in.wrong(fmt::format("partitions must be 1 to {}", most_partitions));
    read_cleanup(in, out);
    out.schema = in.texts("schema");
    out.producers = in.texts("producers");
    out.readers = in.texts("readers");
    read_configs(in, out);
    if (!in.mistakes.empty()) throw std::invalid_argument("bad topic declaration:" + in.mistakes);
    return out;
}

std::vector<topic_declaration> load_topics(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
        if (entry.path().extension() == ".yaml" && entry.path().filename() != "asyncapi.yaml")
            files.push_back(entry.path());
    if (failed) throw std::invalid_argument(fmt::format("{}: {}", folder.string(), failed.message()));
    if (files.empty())
        throw std::invalid_argument(fmt::format("{}: no topic is declared there", folder.string()));
    std::sort(files.begin(), files.end());

    std::vector<topic_declaration> all;
    std::string mistakes;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        try {
            auto topic = parse_topic(text, file.filename().string());
            if (topic.name != file.stem().string())
                mistakes += fmt::format("\n  {}: declares {}", file.filename().string(), topic.name);
            all.push_back(std::move(topic));
        } catch (const std::invalid_argument& e) {
            mistakes += fmt::format("\n  {}", e.what());
        }
    }
    if (!mistakes.empty()) throw std::invalid_argument("topics:" + mistakes);
    return all;
}

} // namespace voltlane::kafka
