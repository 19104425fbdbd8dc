// Makes the C++ source that holds the API's description and the pages that render it.
//
//   node build.mjs <folder with node_modules> <openapi.yaml> <version> <output.cpp>
//
// Writes the files themselves beside the output, which includes them byte by byte (.incbin).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [installed, description, version, output] = process.argv.slice(2).map((one, i) => (i === 2 ? one : resolve(one)));
const modules = join(installed, "node_modules");
const { parse } = createRequire(join(installed, "package.json"))("yaml");

const types = {
    css: "text/css; charset=utf-8",
    html: "text/html; charset=utf-8",
    js: "text/javascript; charset=utf-8",
    json: "application/json",
    png: "image/png",
    txt: "text/plain; charset=utf-8",
    yaml: "application/yaml",
};
const static_prefix = "/api/v1/schema/static/";
// Redoc shows its maker's logo from the maker's server; no page of ours asks anybody else.
const foreign_logo = "https://cdn.redoc.ly/redoc/logo-mini.svg";
const empty_image = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

const files = new Map(); // name to content, in the order of the output

function add(name, content) {
    files.set(name, Buffer.isBuffer(content) ? content : Buffer.from(content));
}

function replaced(text, from, to) {
    if (!text.includes(from)) throw new Error(`not found any more: ${from}`);
    return text.replaceAll(from, to);
}

function hash(content) {
    return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

const without_map = (text) => text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$|\n?\/\*# sourceMappingURL=\S+ *\*\/\s*$/, "\n");
const shipped = (...parts) => readFileSync(join(modules, ...parts), "utf8");

for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) add(name, without_map(shipped("swagger-ui-dist", name)));
add("favicon-32x32.png", readFileSync(join(modules, "swagger-ui-dist", "favicon-32x32.png")));
add("redoc.standalone.js", replaced(without_map(shipped("redoc", "bundles", "redoc.standalone.js")), foreign_logo, empty_image));
add("swagger-ui-bundle.js.LICENSE.txt", shipped("swagger-ui-dist", "LICENSE") + "\n" + shipped("swagger-ui-dist", "NOTICE") +
    "\n" + shipped("swagger-ui-dist", "swagger-ui-bundle.js.LICENSE.txt"));
add("redoc.standalone.js.LICENSE.txt", shipped("redoc", "LICENSE") + "\n" + shipped("redoc", "bundles", "redoc.standalone.js.LICENSE.txt"));
for (const name of ["pages.css", "start-swagger-ui.js", "start-redoc.js"]) add(name, readFileSync(join(here, name)));
for (const name of ["swagger-ui.html", "redoc.html"]) {
    const page = readFileSync(join(here, name), "utf8");
    // The hash makes an address that never changes its content, so that browsers keep it.
    add(name, page.replace(/{{(.+?)}}/g, (_, file) => `${static_prefix}${file}?v=${hash(files.get(file))}`));
}

const yaml = readFileSync(description, "utf8");
const document = parse(yaml, { maxAliasCount: -1 });
if (document.info.version !== version)
    throw new Error(`the description says version ${document.info.version}, the project is ${version}`);
add("openapi.yaml", yaml);
add("openapi.json", JSON.stringify(document));

const folder = dirname(output);
mkdirSync(folder, { recursive: true });
let assembly = "";
let declarations = "";
let rows = "";
let index = 0;
for (const [name, content] of files) {
    const path = join(folder, name);
    writeFileSync(path, content);
    const symbol = `voltlane_embedded_${index++}`;
    assembly += `        ".globl ${symbol}\\n.hidden ${symbol}\\n${symbol}:\\n.incbin \\"${path}\\"\\n.byte 0\\n"\n`;
    declarations += `extern const char ${symbol}[];\n`;
    const type = types[name.slice(name.lastIndexOf(".") + 1)];
    rows += `    {"${name}", "${type}", "${hash(content)}", {${symbol}, ${content.length}}},\n`;
}
writeFileSync(output, `// Made by web/api-docs/build.mjs.
#include "api/routes/embedded_file.hpp"

__asm__(".pushsection .rodata,\\"a\\",%progbits\\n"
${assembly}        ".popsection\\n");

extern "C" {
${declarations}}

namespace voltlane::api {
namespace {
const embedded_file files[] = {
${rows}};
} // namespace

std::span<const embedded_file> embedded_files() noexcept { return files; }

} // namespace voltlane::api
`);
