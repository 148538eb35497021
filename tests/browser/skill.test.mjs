// From what somebody says that they can do to a certificate that anybody can check, and on to work that suits them and how it is
// there after three months: a welder who came home from Korea.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import jsQR from "jsqr";
import { PHONE, WIDE, accessible, both, dated, heading, inDays, leave, open, picture, received, scene, send } from "./support.mjs";

const main = (page) => page.getByRole("main");

/** What a reader of another make sees in a drawing. */
async function read(drawing) {
  const png = (await drawing.screenshot({ scale: "css" })).toString("base64");
  const page = await open();
  const { data, width, height } = await page.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return { data: [...context.getImageData(0, 0, canvas.width, canvas.height).data], width: canvas.width, height: canvas.height };
  }, png);
  await page.context().close();
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
}

/** Checks a signed text as somebody without a line would, who once fetched the public keys; gives what it says. */
function checked(text, { keys }) {
  const [header, payload, signature] = text.split(".");
  const { kid } = JSON.parse(Buffer.from(header, "base64url"));
  const key = createPublicKey({ key: keys.find((key) => key.kid === kid), format: "jwk" });
  assert.ok(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")), "the signature does not hold");
  const forged = Buffer.from(payload, "base64url").toString().replace(/"level":\d/, '"level":5');
  assert.ok(!verify(null, Buffer.from(`${header}.${Buffer.from(forged).toString("base64url")}`), key, Buffer.from(signature, "base64url")));
  return JSON.parse(Buffer.from(payload, "base64url"));
}

/** A workshop that has work for a welder of level 3, kept by the counsellor; the name of it. */
async function workshop(page) {
  await page.goto("/vacancies");
  await leave(page, page.getByRole("link", { name: "Nơi tuyển dụng", exact: true }));
  await leave(page, page.getByRole("button", { name: "Thêm nơi tuyển dụng" }));
  const name = `Xưởng Ví Dụ ${Math.random().toString(36).slice(2, 8)}`;
  await page.locator("#employer-name").fill(name);
  await page.locator("#employer-invested_from").fill("Hàn Quốc");
  await page.locator("#employer-province").selectOption("40");
  await page.getByLabel("Có", { exact: true }).check();
  await send(page, "Lưu");
  await main(page).getByText("Đã lưu nơi tuyển dụng.").waitFor();
  await leave(page, page.getByRole("button", { name: "Thêm vị trí tuyển dụng" }));
  await page.locator("#vacancy-title").fill("Thợ hàn MIG, ca ngày");
  await page.locator("#vacancy-occupation").fill("thợ hàn");
  await page.locator("#vacancy-seats").fill("2");
  await page.locator("#vacancy-province").selectOption("40");
  await page.locator("#vacancy-commune").fill("Phường Trường Vinh");
  await page.locator("#vacancy-wage_from").fill("0");
  await page.locator("#vacancy-wage_to").fill("12.000.000");
  await page.locator("#vacancy-hours").fill("48");
  await page.getByLabel("Có hợp đồng và bảo hiểm xã hội").check();
  await page.locator("#vacancy-level").selectOption("3");
  await dated(page, "vacancy-closes", inDays(60));
  await send(page, "Lưu");
  await page.locator("#vacancy-wage_from-error").waitFor();
  await page.locator("#vacancy-wage_from").fill("11.000.000");
  await send(page, "Lưu");
  await main(page).getByText("Đã lưu vị trí tuyển dụng.").waitFor();
  await accessible(page);
  return name;
}

/** Somebody whose level is certified finds work, with the reasons for it, begins, and is asked after three months. */
async function works(page, person) {
  const employer = await workshop(page);
  await page.goto(person.case);
  await leave(page, page.getByRole("button", { name: "Tìm việc" }));
  await leave(page, page.getByRole("button", { name: "Ghi việc muốn tìm" }));
  await page.locator("form").getByLabel("Có", { exact: true }).check();
  await page.locator("#search-wage_least").fill("9.000.000");
  await page.locator("#search-wage_before").fill("6.000.000");
  await page.getByLabel("Cả ngày").check();
  await accessible(page);
  await send(page, "Lưu và tìm việc");
  const first = main(page).getByRole("row").filter({ hasText: employer });
  await first.getByText("Đúng nghề đã làm").waitFor();
  await page.screenshot({ path: picture("jobs"), fullPage: true });
  await leave(page, first.getByRole("link", { name: "Thợ hàn MIG, ca ngày" }));

  // Why it suits, in so many words; and nothing of how old, of which sex or how ill somebody is.
  const explained = main(page);
  for (const reason of [/Đúng nghề đã làm: .*[Hh]àn/, "Đã xác nhận bậc 3, nơi tuyển cần bậc 3", /Đã làm 48 tháng/, /Lương 12\.000\.000 đ, mong ít nhất 9\.000\.000 đ/, /Cách nơi ở khoảng [6-9] km/]) {
    await explained.getByRole("listitem").filter({ hasText: reason }).first().waitFor();
  }
  await page.screenshot({ path: picture("match"), fullPage: true });
  await accessible(page);
  await send(page, "Giới thiệu người này");
  await page.locator("#choice-agreed-error").waitFor();
  await page.getByLabel("Người lao động đồng ý").check();
  await send(page, "Giới thiệu người này");
  await main(page).getByText("Gọi cho nơi tuyển dụng").waitFor();
  await page.getByLabel("Hẹn phỏng vấn").check();
  await dated(page, "step-on", inDays(2));
  await page.locator("#step-at").fill("8:30");
  await accessible(page);
  await send(page, "Ghi");
  await main(page).getByText("Đã ghi.").waitFor();
  await page.getByLabel("Nơi tuyển dụng nhận", { exact: true }).check();
  await page.locator("#step-wage").fill("11.500.000");
  await send(page, "Ghi");
  await main(page).getByText("11.500.000 đ").first().waitFor();
  await page.screenshot({ path: picture("referral"), fullPage: true });

  await leave(page, page.getByRole("button", { name: "Đã bắt đầu đi làm" }));
  assert.equal(await page.locator("#place-employer").inputValue(), employer, "what is known is not asked again");
  await dated(page, "place-started", inDays(-100));
  await page.locator("#how-wage").fill("11.500.000");
  await page.locator("#how-hours").fill("48");
  const answered = async (question, answer) => page.getByRole("group", { name: question }).getByLabel(answer, { exact: true }).check();
  const work = async () => {
    await answered("Dùng kỹ năng học ở nước ngoài", "Có");
    await answered("Có hợp đồng và bảo hiểm xã hội", "Có");
    await answered("Muốn làm thêm giờ", "Không");
    await answered("Việc dưới tay nghề", "Không");
    await answered("Đi làm từ đâu", "Gần nhà");
  };
  await work();
  await accessible(page);
  await send(page, "Lưu");
  await main(page).getByText("Đã ghi.").first().waitFor();
  const work_at = page.url();

  await page.goto("/placements");
  await accessible(page);
  await leave(page, main(page).getByRole("link", { name: person.name }));
  assert.equal(page.url().split("?")[0], work_at.split("?")[0]);
  await page.getByLabel("Còn làm ở đó").check();
  await page.locator("#how-wage").fill("12.500.000");
  await page.locator("#how-hours").fill("48");
  await work();
  await accessible(page);
  await send(page, "Ghi lần hỏi thăm");
  await main(page).getByText("Đã ghi lần hỏi thăm.").waitFor();
  await main(page).getByText("12.500.000 đ").first().waitFor();
  await main(page).getByText("Hỏi thăm từ ngày").waitFor();
  await page.screenshot({ path: picture("placement"), fullPage: true });
  await page.goto("/placements");
  assert.equal(await main(page).getByRole("link", { name: person.name }).count(), 0, "a check that was made is due no more");
}

both("a welder's level is recognised, certified and checked", { as: "counsellor.nghean" }, async (page, { another, scripts }) => {
  const person = await received("counsellor.nghean", { "address.commune": "Phường Thành Vinh" });
  await page.goto(person.case);
  await leave(page, page.getByRole("link", { name: "Nhân thân" }));
  await leave(page, page.getByRole("link", { name: "Tay nghề", exact: true }));
  await accessible(page);
  await leave(page, page.getByRole("button", { name: "Thêm tay nghề" }));
  await send(page, "Lưu");
  await page.locator("#skill-name-error").waitFor();
  await accessible(page);
  await page.locator("#skill-name").fill("Hàn MIG 3G");
  await page.locator("#skill-occupation").fill("thợ hàn");
  await page.locator("#skill-years").fill("4");
  await page.locator("#skill-country").fill("Hàn Quốc");
  await page.getByLabel("Người lao động kể").check();
  await send(page, "Lưu");
  await main(page).getByText("Đã lưu kỹ năng.").waitFor();
  await main(page).getByText("4 năm · Hàn Quốc").waitFor();
  await page.screenshot({ path: picture("skills"), fullPage: true });

  // On paper for an employer, in one click.
  await leave(page, page.getByRole("button", { name: "In hồ sơ xin việc (tiếng Anh)" }));
  await heading(page).getByText("Curriculum vitae").waitFor();
  await accessible(page);
  await page.goBack();

  await leave(page, page.getByRole("button", { name: "Công nhận kỹ năng" }));
  await accessible(page);
  await leave(page, page.getByRole("button", { name: "Đề nghị công nhận" }));
  await accessible(page);
  await page.getByLabel("Bậc 3", { exact: true }).check();
  await send(page, "Gửi đề nghị");
  await main(page).getByText("Đã ghi đề nghị công nhận.").waitFor();
  await page.getByLabel("Đủ để đánh giá").check();
  await send(page, "Lưu kết quả kiểm tra");
  const register = page.getByLabel("Nơi đánh giá");
  await register.selectOption({ label: "Trường Cao đẳng nghề Ví Dụ (VD-01/GCN)" });
  assert.ok(!(await register.innerText()).includes("Cũ"), "whose accreditation is over is no choice");
  await dated(page, "book-on", inDays(0));
  await page.locator("#book-at").fill("0:00");
  await send(page, "Lưu lịch hẹn");
  await main(page).getByText("Đã lưu lịch hẹn.").waitFor();
  await page.getByLabel("Đạt bậc").selectOption({ label: "Bậc 3" });
  await accessible(page);
  await send(page, "Lưu kết quả");
  await main(page).getByText("Chờ người có quyền quyết định").waitFor();
  await page.screenshot({ path: picture("recognition"), fullPage: true });

  const supervisor = await another({ as: "supervisor.nghean", scripts });
  await supervisor.goto(new URL(page.url()).pathname);
  await supervisor.getByLabel("Công nhận", { exact: true }).check();
  await send(supervisor, "Lưu quyết định");
  await supervisor.locator("#level-error").waitFor();
  await supervisor.getByLabel("Công nhận", { exact: true }).check();
  await supervisor.getByLabel("Công nhận bậc").selectOption({ label: "Bậc 3" });
  await supervisor.getByLabel("Từng kỹ năng").check();
  await send(supervisor, "Lưu quyết định");
  await main(supervisor).getByText("Đã công nhận và cấp giấy xác nhận.").waitFor();
  await accessible(supervisor);
  await leave(supervisor, supervisor.getByRole("link", { name: "Giấy xác nhận", exact: true }));
  await accessible(supervisor);
  await supervisor.screenshot({ path: picture("certificate"), fullPage: true });

  // Two codes: one leads anybody to the page, the other is checked without a line.
  const drawings = supervisor.locator(".app-certificate svg");
  const address = await read(drawings.first());
  const code = /\/certificates\/([0-9A-Z]{10})$/.exec(address)[1];
  const keys = await (await supervisor.request.get("/certificates/keys.json")).json();
  const said = checked(await read(drawings.nth(1)), keys);
  assert.deepEqual([said.code, said.isco, said.level, said.skills, said.name], [code, "7212", 3, [["Hàn MIG 3G", 3]], undefined]);

  const anybody = await another({ scripts });
  await anybody.goto(`/certificates/${code}`);
  await main(anybody).getByText("Còn hiệu lực").waitFor();
  await main(anybody).getByText("Hàn MIG 3G: Bậc 3").waitFor();
  assert.equal(await main(anybody).getByText(person.name).count(), 0, "the holder did not allow their name");
  await accessible(anybody);
  await anybody.screenshot({ path: picture("certificate checked"), fullPage: true });
  await anybody.locator("#signed").fill((await read(drawings.nth(1))).replace(/.$/, (last) => (last === "A" ? "B" : "A")));
  await leave(anybody, anybody.getByRole("button", { name: "Kiểm tra chữ ký" }));
  await main(anybody).getByText("Không khớp chữ ký").waitFor();
  await accessible(anybody);

  await works(page, person);
});

scene("pictures of skills on a phone", { as: "supervisor.nghean", viewport: PHONE }, async (page) => {
  await page.goto("/assessors");
  await page.screenshot({ path: picture("assessors phone"), fullPage: true });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360));
  for (const at of ["/vacancies", "/employers", "/employers/new", "/placements"]) {
    await page.goto(at);
    await page.screenshot({ path: picture(`${at.slice(1).replace("/", " ")} phone`), fullPage: true });
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= 360), at);
  }
  await page.setViewportSize(WIDE);
});
