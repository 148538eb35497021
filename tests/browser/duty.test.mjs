// An immediate need at night: the number to call, the next one, and who takes it over; and a roster that is filled.
import assert from "node:assert/strict";
import { Keys } from "./keys.mjs";
import { PHONE, WIDE, both, dated, heading, inDays, open, picture, received, scene, send, violations } from "./support.mjs";

const main = (page) => page.getByRole("main");

both("an immediate need is called about, and stays open until somebody has it", { as: "desk.tansonnhat" }, async (page) => {
  const person = await received("desk.tansonnhat", { "screening.urgency": "immediate", "screening.flags": "medical" });
  const code = person.case.split("/").pop();
  assert.equal(person.path, `${person.case}/immediate`);
  await page.goto("/shift");
  await main(page).getByRole("link", { name: code }).click();
  const now = main(page).getByRole("region", { name: "Gọi ngay số này" });
  const first = await now.locator("a[href^='tel:']").innerText();
  await send(page, "Không nghe máy, số tiếp theo");
  await page.getByText("Đã ghi: không nghe máy.").waitFor();
  const second = await now.locator("a[href^='tel:']").innerText();
  assert.notEqual(second, first);
  await main(page).getByRole("listitem").filter({ hasText: first }).getByText("không nghe máy lúc").waitFor();
  assert.equal(await main(page).getByText(person.name).count(), 0, "a counter may stand open");
  await send(page, "Người này nhận việc");
  await heading(page).getByText(person.name).waitFor();
  await page.goto(person.path);
  await main(page).getByText("Đã có người nhận").waitFor();
  await page.goto("/shift");
  assert.equal(await main(page).getByText(code).count(), 0);
});

both("hours of duty are written, for several nights at once", { as: "supervisor.hatinh" }, async (page) => {
  await page.goto("/duty");
  // The made-up office forgot a day.
  await main(page).getByRole("region", { name: "Giờ chưa có ai trực" }).waitFor();
  await main(page).getByText("Thêm ca trực").click();
  await page.getByLabel("Người trực").selectOption({ label: "Trần Hữu Khang" });
  await dated(page, "duty-on", inDays(70));
  await page.getByLabel("Từ giờ").fill("22h");
  await page.getByLabel("Đến giờ").fill("6:00");
  await page.getByLabel("Số ngày liền nhau").fill("0");
  await send(page, "Lưu ca trực");
  await main(page).getByText("Ghi một số từ 1 đến 31.").first().waitFor();
  assert.equal(await page.getByLabel("Từ giờ").inputValue(), "22h");
  await page.getByLabel("Số ngày liền nhau").fill("2");
  await send(page, "Lưu ca trực");
  await page.getByText("Đã lưu ca trực.").waitFor();
  const [day, month, year] = inDays(70);
  await page.goto(`/duty?from=${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  for (const left of [2, 1]) {
    assert.equal(await main(page).locator("strong", { hasText: "22:00–06:00" }).count(), left);
    await main(page).getByRole("button", { name: /^Bỏ ca này/ }).first().click();
    await page.getByText("Đã bỏ ca trực.").waitFor();
    await page.goto(`/duty?from=${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  }
});

scene("the pages of a shift, looked at", { as: "supervisor.noibai" }, async (page) => {
  const { path } = await received("desk.noibai", { "screening.urgency": "immediate" });
  for (const [address, name] of [["/shift", "shift"], [path, "immediate"], ["/duty", "duty"]]) {
    await page.goto(address);
    assert.deepEqual(await violations(page), [], address);
    await page.screenshot({ path: picture(name), fullPage: true });
    await page.setViewportSize(PHONE);
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), `${address} scrolls sideways`);
    await page.screenshot({ path: picture(`${name} phone`), fullPage: true });
    await page.setViewportSize(WIDE);
  }
  // By keyboard alone.
  await page.goto(path);
  const keys = new Keys(page);
  await main(page).getByRole("button", { name: "Tôi nhận việc này" }).focus();
  await keys.follow("Enter");
  await page.getByText("Anh/chị đã nhận việc này.").waitFor();
});

both("a colleague's cases are given away together, and taken back", { as: "supervisor.laobao" }, async (page) => {
  const desk = await open({ as: "desk.laobao" });
  const people = [await received("desk.laobao"), await received("desk.laobao")];
  await page.goto("/cases?scope=office");
  for (const person of people) await main(page).getByRole("checkbox", { name: `Chọn ${person.name}` }).check();
  await page.getByLabel("Giao cho").selectOption({ label: "Lê Thị Ái Nhi" });
  await send(page, "Xem trước việc giao");
  await heading(page).getByText("Giao nhiều hồ sơ").waitFor();
  assert.equal(await main(page).getByRole("checkbox").count(), 2);
  await send(page, "Giao các hồ sơ đã đánh dấu");
  await page.getByText("Đã làm xong với tất cả hồ sơ dưới đây.").waitFor();
  await desk.goto("/cases");
  assert.equal(await main(desk).getByRole("row").filter({ hasText: people[0].name }).count(), 0);
  await send(page, "Làm lại như trước");
  await page.getByText("Đã làm lại như trước.", { exact: true }).waitFor();
  await desk.goto("/cases");
  await main(desk).getByRole("row").filter({ hasText: people[0].name }).waitFor();
  await desk.context().close();
});
