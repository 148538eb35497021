// node serve.mjs COMMAND…: runs a command while a server with made-up people answers, then stops the server and ends as
// the command did. If that was a failure, the server's log stays and it says where. The command finds TESTED (the server's address), TROVE and TROVE_VAR in its environment.
import { execFile, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const target = resolve("target");
const folder = mkdtempSync(join(target, "browser-"));
// PostgreSQL runs under an account of its own where this runs as root.
chmodSync(folder, 0o755);

const port = await new Promise((done, failed) => {
  const server = createServer().once("error", failed);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

// Settings of whoever runs this lead to other databases and mail servers.
const strange = /^(DATABASE_URL|OWNER_DATABASE_URL|READ_DATABASE_URL|SMTP_URL|ROCKET_.*|TROVE_(KEYS|ADDRESS|STATIC|CLAMD|TRAINING.*))$/;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !strange.test(name)));
Object.assign(environment, { TESTED: `http://127.0.0.1:${port}`, TROVE: resolve(process.env.TROVE), TROVE_VAR: join(folder, "var") });

const log = openSync(join(folder, "log"), "w");
const ended = (child) => new Promise((done) => child.once("error", (e) => done(console.error(e.message))).once("exit", done));
const server = spawn(environment.TROVE, ["serve", "--demo"], {
  env: { ...environment, ROCKET_PORT: port, ROCKET_LOG_LEVEL: "critical" },
  stdio: ["ignore", log, log],
  // Out of reach of Ctrl-C, which would stop it before the tests.
  detached: true,
});
const stopped = ended(server);
let alive = true;
stopped.then(() => (alive = false));

let tests;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => (tests ?? server).kill());
}

async function answers() {
  const patience = AbortSignal.timeout(120_000);
  while (alive && !patience.aborted) {
    const health = await fetch(`${environment.TESTED}/health`).catch(() => null);
    if (health?.ok) return true;
    await pause(50);
  }
  return false;
}

/** True once the worker has been through what the made-up people gave it to do: lists that it still empties are no place to walk. */
async function rests() {
  const patience = AbortSignal.timeout(120_000);
  while (alive && !patience.aborted) {
    const { stdout } = await promisify(execFile)(environment.TROVE, ["jobs"], { env: environment });
    if (stdout.startsWith("0 due")) return true;
    await pause(200);
  }
  return false;
}

let code = 1;
if (await answers() && await rests()) {
  const [program, ...words] = process.argv.slice(2);
  tests = spawn(program, words, { env: environment, stdio: "inherit" });
  code = (await ended(tests)) ?? 1;
} else {
  console.error(`the server does not answer, or its worker does not come to rest:\n${readFileSync(join(folder, "log"), "utf8")}`);
}
server.kill();
await stopped;
closeSync(log);
// Where the cluster went if the folder was out of PostgreSQL's reach.
const elsewhere = ((path) => { try { return readFileSync(path, "utf8").trim(); } catch { return ""; } })(join(folder, "var/pg/location"));
if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
rmSync(code ? join(folder, "var") : folder, { recursive: true, force: true });
if (code) console.error(`the server's log: ${join(folder, "log")}`);
process.exit(code);
