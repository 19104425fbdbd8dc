#include "api/json_input.hpp"

#include "shared/base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace voltlane::api {
namespace {

namespace json = boost::json;

// What boost::json::parser does, and beside it the text of numbers that are members of the outermost object.
struct number_keeping_handler {
    static constexpr std::size_t max_object_size = 10'000; // members of one object; more: the body is refused
    static constexpr std::size_t max_array_size = 100'000;
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = 1024 * 1024;

    json::value_stack values;
    std::size_t depth = 0;
    std::string key, text;
    std::map<std::string, std::string, std::less<>> numbers;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        ++depth;
        return true;
    }
    bool on_object_end(std::size_t n, json::error_code&) {
        --depth;
        values.push_object(n);
        return true;
    }
    bool on_array_begin(json::error_code&) {
        ++depth;
        return true;
    }
    bool on_array_end(std::size_t n, json::error_code&) {
        --depth;
        values.push_array(n);
        return true;
    }
    bool on_key_part(json::string_view s, std::size_t, json::error_code&) {
        if (depth == 1) key.append(s.data(), s.size());
        values.push_chars(s);
        return true;
    }
    bool on_key(json::string_view s, std::size_t, json::error_code&) {
        if (depth == 1) {
            key.append(s.data(), s.size());
            current = std::move(key);
            key.clear();
        }
        values.push_key(s);
        return true;
    }
    bool on_string_part(json::string_view s, std::size_t, json::error_code&) {
        values.push_chars(s);
        return true;
    }
    bool on_string(json::string_view s, std::size_t, json::error_code&) {
        values.push_string(s);
        return true;
    }
    bool on_number_part(json::string_view s, json::error_code&) {
        text.append(s.data(), s.size());
        return true;
    }
    bool on_int64(std::int64_t i, json::string_view s, json::error_code&) {
        keep(s);
        values.push_int64(i);
        return true;
    }
    bool on_uint64(std::uint64_t u, json::string_view s, json::error_code&) {
        keep(s);
        values.push_uint64(u);
        return true;
    }
    bool on_double(double d, json::string_view s, json::error_code&) {
        keep(s);
        values.push_double(d);
        return true;
    }
    bool on_bool(bool b, json::error_code&) {
        values.push_bool(b);
        return true;
    }
    bool on_null(json::error_code&) {
        values.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    void keep(json::string_view s) {
        text.append(s.data(), s.size());
        if (depth == 1) numbers[current] = text;
        text.clear();
    }
    std::string current;
};

constexpr std::size_t max_depth = 32;

} // namespace

std::optional<json_input> json_input::parse(std::string_view body, fault& wrong) {
    json_input input;
    if (trim(body).empty()) return input;
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<number_keeping_handler> parser(options);
    parser.handler().values.reset();
    json::error_code ec;
    const auto used = parser.write_some(false, body.data(), body.size(), ec);
    if (!ec && trim(body.substr(used)).empty() && parser.done()) {
        auto value = parser.handler().values.release();
        if (!value.is_object()) {
            wrong = {"Invalid data. Expected a dictionary.", true};
            return std::nullopt;
        }
        input.object_ = std::move(value.get_object());
        input.numbers_ = std::move(parser.handler().numbers);
        return input;
    }
    wrong = {"JSON parse error - " + (ec ? ec.message() : std::string("extra data")) + " at byte " +
                 std::to_string(used),
             false};
    return std::nullopt;
}

const boost::json::value* json_input::find(std::string_view name) const {
    return object_.if_contains(boost::json::string_view(name.data(), name.size()));
}

std::string_view json_input::number_text(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr || !value->is_number()) return {};
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? std::string_view() : std::string_view(found->second);
}

} // namespace voltlane::api
