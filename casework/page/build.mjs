// SPDX-License-Identifier: GPL-3.0-or-later
// build.mjs TOOLS OUT: type-checks the page and writes OUT/verify.html, one file without a request to anywhere, and OUT/core.mjs
// and OUT/core.js for tests under node and in browsers. TOOLS is a folder where `npm ci` was run on package-lock.json. The same sources give the same bytes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [tools, out] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(tools, "package.json"));
const esbuild = require("esbuild-wasm");

execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", here], { stdio: "inherit" });

async function bundle(entry, format, globalName) {
  const built = await esbuild.build({
    entryPoints: [entry], absWorkingDir: here, bundle: true, write: false, format, globalName, target: "es2020", charset: "ascii",
    legalComments: "none", logLevel: "warning",
  });
  return built.outputFiles[0].text;
}

const source = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "core.mjs"), await bundle("src/core.ts", "esm"));
writeFileSync(join(out, "core.js"), await bundle("src/core.ts", "iife", "core"));
const script = "\n" + await bundle("src/show/main.ts", "iife");
if (script.includes("</script") || script.includes("<!--")) throw new Error("the script would end too early");
const style = "\n" + readFileSync(join(here, "style.css"), "utf8");
// Nothing may be asked of anywhere; only this very script and style count; nothing is ever read as HTML.
const policy = `default-src 'none'; script-src ${source(script)}; style-src ${source(style)}; base-uri 'none'; form-action 'none'; ` +
  "require-trusted-types-for 'script'; trusted-types 'none'";
const pieces = { policy, style, script };
const page = readFileSync(join(here, "template.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => pieces[name]);
writeFileSync(join(out, "verify.html"), page);
console.log(`${createHash("sha256").update(page).digest("hex")}  verify.html`);
esbuild.stop?.();
