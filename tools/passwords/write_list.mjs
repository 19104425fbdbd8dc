// Makes the C++ source that holds the most common passwords.
//
//   node write_list.mjs <folder with node_modules> <output.cpp>
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [installed, output] = process.argv.slice(2);
const { dictionary } = createRequire(join(installed, "package.json"))("@zxcvbn-ts/language-common");
const most_common = 10_000; // the package's list is longer, and its order is by how often each was found

const found = dictionary["passwords-common"].slice(0, most_common).map((password) => password.toLowerCase());
const sorted = [...new Set(found)].sort(); // all ASCII: the order of C++'s string_view
if (sorted.length !== most_common || sorted.some((password) => !/^[ -~]+$/.test(password)))
    throw new Error("the package's list is not what it was");

writeFileSync(
    output,
    `// Made by tools/passwords/write_list.mjs.
#include "shared/base/common_passwords.hpp"

namespace voltlane {
namespace {
constexpr std::string_view listed[] = {
${sorted.map((password) => `    ${JSON.stringify(password)},\n`).join("")}};
} // namespace

std::span<const std::string_view> common_passwords() noexcept { return listed; }

} // namespace voltlane
`,
);
