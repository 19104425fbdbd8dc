#include "api/routes/static_files.hpp"

#include "api/errors.hpp"
#include "shared/base/text.hpp"
#include "shared/http/body_stream.hpp"

#include <algorithm>

namespace voltlane::api {
namespace {

// A file up to this size is sent whole; a piece of a larger one is all that a slow client makes us hold.
constexpr std::size_t piece_bytes = 64 * 1024;

std::string entity_tag(const embedded_file& file) {
    return '"' + std::string(file.hash) + '"';
}

// If-None-Match: `*`, or a list of tags, of which weak ones count too (RFC 9110, 13.1.2).
bool names_tag(std::string_view list, std::string_view wanted) {
    if (trim(list) == "*") return true;
    while (!list.empty()) {
        const auto comma = list.find(',');
        auto tag = trim(list.substr(0, comma));
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == wanted) return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

async::awaitable<void> write_pieces(http::body_stream& out, std::string_view content) {
    while (!content.empty()) {
        const auto piece = content.substr(0, piece_bytes);
        const bool taken = co_await out.write(std::string(piece));
        if (!taken) co_return;
        content.remove_prefix(piece.size());
    }
}

} // namespace

const embedded_file* find_embedded(std::string_view name) noexcept {
    const auto files = embedded_files();
    const auto found =
        std::find_if(files.begin(), files.end(), [name](const embedded_file& f) { return f.name == name; });
    return found == files.end() ? nullptr : &*found;
}

http::response file_response(const http::request& r, const embedded_file& file, bool forever) {
    http::response answer;
    const auto tag = entity_tag(file);
    answer.set("ETag", tag);
    answer.set("Cache-Control", forever ? "public, max-age=31536000, immutable" : "no-cache");
    if (names_tag(r.header("if-none-match"), tag)) {
        answer.status = 304;
        answer.content_type.clear();
        return answer;
    }
    answer.content_type = file.content_type;
    if (file.content.size() <= piece_bytes) {
        answer.body = file.content;
    } else {
        answer.stream = [content = file.content](http::body_stream& out) {
            return write_pieces(out, content);
        };
    }
    return answer;
}

void static_file_routes::add_to(router& table) {
    table.add({"GET", "/api/v1/schema/static/<file>/", http::access::open, "schema",
               [](http::request& r, call&) -> async::awaitable<http::response> {
                   const auto* file = find_embedded(r.parameters.at(0));
                   if (file == nullptr) co_return not_found();
                   co_return file_response(r, *file, r.parameter("v") == file->hash);
               }});
}

} // namespace voltlane::api
