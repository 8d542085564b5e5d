// SPDX-License-Identifier: GPL-3.0-or-later
// The page's code as one module for node, where the build has put it.
import { webcrypto } from "node:crypto";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

globalThis.crypto ??= webcrypto;

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const built = resolve(process.env.DOKAZ_PAGE ?? resolve(root, "build/page"));
export const core = await import(pathToFileURL(resolve(built, "core.mjs")).href);
