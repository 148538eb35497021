// Nobody under protection hangs on one person: whoever is named finds out, and names one more; with scripts and without.
import assert from "node:assert/strict";
import { accessible, both, heading, picture, received, send } from "./support.mjs";

const main = (page) => page.getByRole("main");

both("somebody under protection gets a deputy", { as: "supervisor.hatinh" }, async (page, { scripts }) => {
  const { case: path, name } = await received("supervisor.hatinh");
  await page.goto(path);
  const person = await page.locator("main a[href^='/people/']").first().getAttribute("href").then((href) => href.split("/").slice(0, 3).join("/"));
  await page.goto(`${person}/protection`);
  const me = (await page.locator(".app-header__tools strong").innerText()).trim();
  await page.getByLabel(me, { exact: true }).check();
  await send(page, "Bảo vệ hồ sơ");
  await page.getByText("Hồ sơ đã được bảo vệ.").waitFor();
  await page.goto(person);
  await main(page).getByText("Chưa có người thay").waitFor();
  await accessible(page);
  // The page of a shift says whom to ask, and not of whom.
  await page.goto("/shift");
  const alone = page.getByRole("heading", { name: "Hồ sơ được bảo vệ chưa có người thay" }).locator("xpath=following-sibling::ul[1]");
  await alone.getByText(me).waitFor();
  assert.ok(!(await alone.innerText()).includes(name));
  await accessible(page);
  await page.goto(person);
  await page.locator(`main a[href='${person}/deputies']`).first().click();
  await heading(page).getByText("Người được mở hồ sơ").waitFor();
  await accessible(page);
  if (scripts) await page.screenshot({ path: picture("deputies") });
  await send(page, "Thêm người này");
  await page.getByRole("alert").getByRole("link").waitFor();
  await page.getByLabel("Chọn thêm người được mở hồ sơ").selectOption({ index: 1 });
  await send(page, "Thêm người này");
  await page.getByText("Đã thêm người được mở hồ sơ.").waitFor();
  assert.equal(await main(page).getByText("Chưa có người thay").count(), 0);
});
