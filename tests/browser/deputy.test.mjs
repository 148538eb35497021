// Whoever is named for somebody under protection names one more.
import { accessible, both, received, send } from "./support.mjs";

both("somebody under protection gets a deputy", { as: "supervisor.hatinh" }, async (page) => {
  await page.goto((await received("supervisor.hatinh")).case);
  const person = /^\/people\/\w+/.exec(await page.locator("main a[href^='/people/']").first().getAttribute("href"))[0];
  await page.goto(`${person}/protection`);
  await send(page, "Bảo vệ hồ sơ");
  await page.getByText("Chưa có người thay").waitFor();
  await page.goto("/shift");
  await page.getByRole("heading", { name: "Hồ sơ được bảo vệ chưa có người thay" }).waitFor();
  await accessible(page);
  await page.goto(person);
  await page.getByRole("link", { name: "Người được mở hồ sơ" }).click();
  await accessible(page);
  await send(page, "Thêm người này");
  await page.locator("#deputy-error").waitFor();
  await page.getByLabel("Chọn thêm người được mở hồ sơ").selectOption({ index: 1 });
  await send(page, "Thêm người này");
  await page.getByText("Đã thêm người được mở hồ sơ.").waitFor();
});
