#include "api/user_types/types_file.hpp"

#include "api/user_types/declaration_reader.hpp"
#include "api/user_types/declaration_rules.hpp"
#include "shared/base/text.hpp"
#include "shared/ocpp/utf8.hpp"

#include <charconv>
#include <fstream>
#include <map>
#include <sstream>

#include <boost/json/array.hpp>
#include <yaml-cpp/yaml.h>

namespace voltlane::api {
namespace {

namespace json = boost::json;

constexpr std::size_t most_file_bytes = 1024 * 1024;
// A declaration needs six levels; aliases may not blow a small file up either.
constexpr int most_levels = 16;
constexpr std::size_t most_nodes = 100'000;

// Turns YAML into JSON and remembers the line of every path, so that one reader serves files and requests.
class converter {
public:
    explicit converter(declaration_reader& r) : reader_(r) {}

    json::value convert(const YAML::Node& node, const std::string& path, int level = 0) {
        lines_.emplace(path, node.Mark().line + 1);
        if (level > most_levels || ++nodes_ > most_nodes) {
            if (nodes_ <= most_nodes)
                reader_.fail(path, "is nested too deeply.");
            else if (nodes_ == most_nodes + 1)
                reader_.fail(path, "there is too much in this file.");
            return nullptr;
        }
        if (node.IsMap()) return map(node, path, level);
        if (node.IsSequence()) {
            json::array list;
            for (std::size_t i = 0; i < node.size(); ++i)
                list.push_back(convert(node[i], path_below(path, i), level + 1));
            return list;
        }
        return node.IsScalar() ? scalar(node) : json::value(nullptr);
    }

    // Of the path, or of the nearest thing around it that has one.
    int line_of(std::string path) const {
        for (;;) {
            if (const auto found = lines_.find(path); found != lines_.end()) return found->second;
            const auto end = path.find_last_of(".[");
            if (end == std::string::npos) return 1;
            path.resize(end);
        }
    }

private:
    json::value map(const YAML::Node& node, const std::string& path, int level) {
        json::object o;
        for (const auto& entry : node) {
            const auto name = entry.first.IsScalar() ? entry.first.Scalar() : std::string("?");
            const auto at = path_below(path, name);
            if (o.contains(name)) {
                reader_.fail(at, "is there twice.");
                lines_[at] = entry.first.Mark().line + 1;
                continue;
            }
            auto value = convert(entry.second, at, level + 1);
            lines_[at] = entry.first.Mark().line + 1; // an empty value has no line of its own
            o.emplace(name, std::move(value));
        }
        return o;
    }

    // A plain scalar may be a number, a boolean or null; a quoted one is text.
    static json::value scalar(const YAML::Node& node) {
        const auto& text = node.Scalar();
        if (node.Tag() == "!") return json::string(text);
        if (text.empty() || text == "~" || text == "null") return nullptr;
        if (text == "true") return true;
        if (text == "false") return false;
        if (const auto n = parse_integer<std::int64_t>(text)) return *n;
        const bool numeric = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
        double d = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), d);
        if (numeric && ec == std::errc{} && end == text.data() + text.size()) return d;
        return json::string(text);
    }

    declaration_reader& reader_;
    std::map<std::string, int> lines_;
    std::size_t nodes_ = 0;
};

void read_declared(const json::value& root, declaration_reader& r, types_file& file) {
    const auto* o = r.object(root, "");
    if (o == nullptr) return;
    r.refuse_unknown(*o, "", {"shared_fields", "types"});
    const auto* fields = o->if_contains("shared_fields");
    if (fields != nullptr && !fields->is_null()) file.shared = r.fields(*fields, "shared_fields");
    const auto* types = o->if_contains("types");
    if (types == nullptr || types->is_null()) return;
    if (!types->is_array()) return r.fail("types", "must be a list.");
    for (std::size_t i = 0; i < types->get_array().size(); ++i) {
        auto t = r.type(types->get_array()[i], path_below("types", i));
        if (!t) continue;
        t->source = declared_by::file;
        file.types.push_back(std::move(*t));
    }
}

// The file by itself; what the database has besides is looked at when it is applied.
void check(const types_file& file, declaration_reader& r) {
    auto d = built_in_declarations();
    for (const auto& f : file.shared)
        d.shared.push_back({f, declared_by::file});
    check_shared_fields(built_in_declarations(), d.shared, "shared_fields", r);
    for (std::size_t i = 0; i < file.types.size(); ++i) {
        check_user_type(d, file.types[i], path_below("types", i), r);
        d.types.push_back(file.types[i]);
    }
}

} // namespace

types_file parse_types_file(std::string_view yaml) {
    types_file file;
    if (yaml.size() > most_file_bytes) {
        file.faults.emplace_back("the file is larger than 1 MiB");
        return file;
    }
    if (!ocpp::is_utf8(yaml)) {
        file.faults.emplace_back("the file is not UTF-8 text");
        return file;
    }
    declaration_reader r(declaration_reader::unknown_members::refused);
    converter c(r);
    try {
        const auto root = c.convert(YAML::Load(std::string(yaml)), "");
        if (r.faults().empty()) read_declared(root.is_null() ? json::value(json::object()) : root, r, file);
        // Indexes count in `types` only where all of them could be read.
        if (r.faults().empty()) check(file, r);
    } catch (const YAML::Exception& e) {
        file.faults.push_back("line " + std::to_string(e.mark.line + 1) + ": " + e.msg);
        return file;
    }
    for (const auto& fault : r.faults())
        file.faults.push_back("line " + std::to_string(c.line_of(fault.path)) + ": " +
                              (fault.path.empty() ? "" : fault.path + ": ") + fault.message);
    return file;
}

types_file read_types_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
    if (!in || !text) {
        types_file file;
        file.faults.emplace_back("cannot be read");
        return file;
    }
    return parse_types_file(text.str());
}

} // namespace voltlane::api
