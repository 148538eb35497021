// Where everybody is made up: choosing a role, and what every page says.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { after } from "node:test";
import { PHONE, accessible, heading, picture, scene, send } from "./support.mjs";

/** Another server on the same made-up people, at which staff practise. */
async function practice() {
  const port = await new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
  const env = { ...process.env, TROVE_TRAINING: "true", ROCKET_PORT: port, ROCKET_LOG_LEVEL: "critical" };
  const server = spawn(process.env.TROVE, ["serve"], { env, stdio: "ignore" });
  after(() => server.kill());
  const at = `http://127.0.0.1:${port}`;
  for (const patience = AbortSignal.timeout(60_000); !(await fetch(`${at}/health`).catch(() => null))?.ok;) {
    assert.ok(!patience.aborted && server.exitCode === null, "nobody answers");
    await new Promise((done) => setTimeout(done, 100));
  }
  return at;
}

scene("somebody practises with a role of their choice", {}, async (page) => {
  const at = await practice();
  await page.goto(`${at}/`);
  await page.getByRole("link", { name: "Chọn vai để tập" }).click();
  await heading(page).getByText("Tập với người bịa ra").waitFor();
  await accessible(page);
  await page.screenshot({ path: picture("training") });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: picture("training narrow") });
  await send(page, "Tư vấn viên – Trung tâm Dịch vụ việc làm Nghệ An");
  await page.getByText("BẢN TẬP: mọi người ở đây là bịa ra.").waitFor();
  await accessible(page);
  assert.equal(new URL(page.url()).pathname, "/");
});
