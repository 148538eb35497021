// Cases taken out as a file, from the list to the download.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PHONE, WIDE, both, picture, received, rests, scene, send, violations } from "./support.mjs";

both("cases are ticked, looked at and taken out", { as: "supervisor.nghean" }, async (page) => {
  const { case: path, name } = await received("supervisor.nghean");
  const code = path.split("/").pop();
  await page.goto("/cases?scope=office");
  await page.getByRole("checkbox", { name: `Chọn ${name}` }).check();
  await send(page, "Xem trước khi xuất ra tệp");
  await page.getByText("1 hồ sơ sẽ có trong tệp.").waitFor();
  assert.equal(await page.getByLabel("Mã người, họ tên, ngày sinh").isChecked(), false, "names are nobody's habit");
  await page.getByLabel("Mã người, họ tên, ngày sinh").check();
  await page.getByLabel("CSV").check();
  await send(page, "Làm tệp");
  await page.locator("#reason-error").waitFor();
  assert.ok(await page.getByLabel("CSV").isChecked(), "what was chosen stays");
  await page.getByLabel("Để làm gì?").fill("Đối chiếu với sổ của trung tâm");
  await send(page, "Làm tệp");
  await rests(page);
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Tải tệp về" }).click();
  const text = readFileSync(await (await coming).path(), "utf8");
  assert.equal(text.trim().split("\n").length, 2, text);
  assert.ok(text.includes(name) && text.includes(code), text);
  await page.goto("/exports");
  await page.getByText("Đối chiếu với sổ của trung tâm").first().waitFor();
});

scene("taking out, looked at", { as: "supervisor.nghean" }, async (page) => {
  for (const [path, name] of [["/exports/new?scope=office", "export new"], ["/exports", "exports"]]) {
    await page.goto(path);
    assert.deepEqual(await violations(page), [], path);
    await page.screenshot({ path: picture(name), fullPage: true });
    await page.setViewportSize(PHONE);
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${path} scrolls sideways`);
    await page.screenshot({ path: picture(`${name} phone`), fullPage: true });
    await page.setViewportSize(WIDE);
  }
});
