// SPDX-License-Identifier: GPL-3.0-or-later
// Chromium without a window, spoken to over two pipes (the DevTools protocol, messages parted by NUL).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function chromium(program) {
  const profile = mkdtempSync(join(tmpdir(), "dokaz-chromium."));
  const child = spawn(program, ["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const [, , , to, from] = child.stdio;
  const waiting = new Map(), requests = [];
  let number = 0, held = "";
  const gone = new Promise((resolve) => child.once("exit", resolve));
  from.on("data", (data) => {
    const messages = (held + data).split("\0");
    held = messages.pop();
    for (const text of messages) {
      const message = JSON.parse(text);
      if (message.method === "Network.requestWillBeSent") requests.push(message.params.request.url);
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.error) reject?.(new Error(message.error.message));
      else resolve?.(message.result);
    }
  });
  let session;
  const call = (method, params = {}) => new Promise((resolve, reject) => {
    waiting.set(++number, { resolve, reject });
    to.write(JSON.stringify({ id: number, method, params, ...(session && { sessionId: session }) }) + "\0");
  });
  const { targetInfos } = await call("Target.getTargets");
  const { targetId } = targetInfos.find((target) => target.type === "page");
  session = (await call("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Network", "DOM", "Runtime"]) await call(`${domain}.enable`);

  const run = async (expression) => {
    const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    name: "Chromium", requests, run, folders: true,
    async open(url) {
      await call("Page.navigate", { url });
      await untilTrue(() => run("document.readyState === 'complete' && !!document.body"));
    },
    /** Chooses files in an input, as a person does in its dialogue. */
    async choose(id, paths) {
      const { root } = await call("DOM.getDocument");
      const { nodeId } = await call("DOM.querySelector", { nodeId: root.nodeId, selector: `#${id}` });
      await call("DOM.setFileInputFiles", { nodeId, files: paths });
    },
    /** Drops files and folders on an element. */
    async drop(id, files) {
      const at = await run(`(() => { const box = document.getElementById("${id}"); box.scrollIntoView(); const { left, top } = box.getBoundingClientRect(); return { x: left + 20, y: top + 20 }; })()`);
      for (const type of ["dragEnter", "dragOver", "drop"])
        await call("Input.dispatchDragEvent", { type, ...at, data: { items: [], files, dragOperationsMask: 1 } });
    },
    /** A picture of the whole page, for people who work on it. */
    async shot(file) {
      const { data } = await call("Page.captureScreenshot", { captureBeyondViewport: true });
      writeFileSync(file, Buffer.from(data, "base64"));
    },
    async close() {
      await Promise.race([call("Browser.close").catch(() => undefined), gone]);
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function untilTrue(work) {
  const end = Date.now() + 60_000;
  while (!await work()) {
    if (Date.now() > end) throw new Error(`not true within a minute: ${work}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
