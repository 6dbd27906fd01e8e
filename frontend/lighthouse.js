// Lighthouse on pages of a running server: node lighthouse.js ADDRESS [PATH...]
// Without paths: the start page, the list of events, the event with most sources and the place with most events.
// Prints the four scores of each page (0 to 100, median of three runs) and exits with 1 where one is under 95.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";

const [address, ...given] = process.argv.slice(2);
const first = async (list, kind) => {
  const found = new RegExp(`href="(/page/${kind}/[^"#?]+)"`).exec(await (await fetch(address + list)).text());
  if (!found) throw new Error(`${list} leads to no ${kind}`);
  return found[1];
};
const paths = given.length ? given : ["/", "/events", await first("/events?sort=-sources", "event"), await first("/entities?kind=Place", "place")];
const least = 95, runs = Number(process.env.RUNS ?? 3), port = 9333;
const chromium = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", [
  "--headless=new", `--remote-debugging-port=${port}`, `--user-data-dir=${mkdtempSync(join(tmpdir(), "lighthouse-"))}`, "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "about:blank",
], { stdio: "ignore" });
const ready = async () => {
  for (let i = 0; i < 100; i += 1) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/json/version`)).ok) return;
    } catch {}
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("Chromium does not answer");
};

let low = false;
try {
  await ready();
  for (const path of paths) {
    const found = [];
    for (let run = 0; run < runs; run += 1) found.push((await lighthouse(address + path, { port, logLevel: "error", locale: "en" })).lhr);
    const scores = Object.keys(found[0].categories).map((name) => {
      const all = found.map((lhr) => Math.round(100 * lhr.categories[name].score)).sort((a, b) => a - b);
      return [name, all[Math.floor(all.length / 2)]];
    });
    console.log(path, scores.map(([name, score]) => `${name} ${score}`).join(", "));
    for (const [name, score] of scores) {
      if (score === 100) continue;
      if (score < least) low = true;
      const { auditRefs } = found[0].categories[name];
      for (const { id, weight } of auditRefs) {
        const audit = found[0].audits[id];
        if (weight && audit.score !== null && audit.score < 0.95) console.log(`   ${name}: ${id} ${audit.score} ${audit.displayValue ?? ""}`);
      }
    }
  }
} finally {
  chromium.kill();
}
process.exitCode = low ? 1 : 0;
