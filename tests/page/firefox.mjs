// SPDX-License-Identifier: GPL-3.0-or-later
// Firefox without a window, spoken to over Marionette: a connection to a port that Firefox picks, messages `<length>:<JSON>`.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilTrue } from "./chromium.mjs";

const SETTINGS = {
  "marionette.port": 0, "browser.shell.checkDefaultBrowser": false, "datareporting.policy.dataSubmissionEnabled": false,
  "app.update.enabled": false, "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
  "browser.startup.homepage": "about:blank", "startup.homepage_welcome_url": "about:blank", "toolkit.telemetry.reportingpolicy.firstRun": false,
  "services.settings.server": "data:,", "browser.safebrowsing.update.enabled": false, "extensions.update.enabled": false,
};

export async function firefox(program) {
  const profile = mkdtempSync(join(tmpdir(), "dokaz-firefox."));
  writeFileSync(join(profile, "user.js"), Object.entries(SETTINGS).map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`).join(""));
  const child = spawn(program, ["--headless", "--marionette", "--no-remote", "--profile", profile],
    { stdio: "ignore", env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" } });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const portFile = join(profile, "MarionetteActivePort");
  await untilTrue(() => existsSync(portFile) && readFileSync(portFile, "utf8").length > 0);
  const socket = connect(Number(readFileSync(portFile, "utf8")), "127.0.0.1");
  const waiting = new Map();
  let number = 0, held = Buffer.alloc(0);
  socket.on("data", (data) => {
    held = Buffer.concat([held, data]);
    for (;;) {
      const colon = held.indexOf(":");
      const length = Number(held.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || held.length < colon + 1 + length) return;
      const message = JSON.parse(held.subarray(colon + 1, colon + 1 + length).toString());
      held = held.subarray(colon + 1 + length);
      if (!Array.isArray(message)) continue;
      const [, id, error, result] = message;
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (error) reject?.(new Error(error.message));
      else resolve?.(result);
    }
  });
  const call = (name, parameters = {}) => new Promise((resolve, reject) => {
    const text = JSON.stringify([0, ++number, name, parameters]);
    waiting.set(number, { resolve, reject });
    socket.write(`${Buffer.byteLength(text)}:${text}`);
  });
  await call("WebDriver:NewSession", { strictFileInteractability: false });
  const run = async (expression) => (await call("WebDriver:ExecuteScript", { script: `return (${expression})`, args: [] })).value;
  return {
    name: "Firefox", requests: [], run, folders: false,
    async open(url) {
      await call("WebDriver:Navigate", { url });
    },
    async choose(id, paths) {
      const { value } = await call("WebDriver:FindElement", { using: "css selector", value: `#${id}` });
      await call("WebDriver:ElementSendKeys", { id: Object.values(value)[0], text: paths.join("\n") });
    },
    async close() {
      await Promise.race([call("Marionette:Quit", { flags: ["eForceQuit"] }).catch(() => undefined), gone]);
      await gone;
      socket.destroy();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
