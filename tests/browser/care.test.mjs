// A private file from its consent to a letter that a provider answers and that is taken back; the way out; the safety plan in
// danger. With scripts, without, and on a telephone.
import assert from "node:assert/strict";
import { PHONE, accessible, both, dated, inDays, leave, open, picture, received, scene, send } from "./support.mjs";

const HELPER = "counsellor.nghean";
const PROVIDER = "letters.binhyen";
const main = (page) => page.getByRole("main");
const told = (page, words) => main(page).getByText(words, { exact: true }).first().waitFor();

/** Opens a private file of a new case; leaves the page on it. */
async function opened(page, person) {
  await page.goto(person.case);
  await leave(page, main(page).getByRole("button", { name: "Hồ sơ riêng" }));
  assert.equal(await page.title(), "Hồ sơ riêng – Trở Về");
  await page.locator("#open-mode-5").check();
  await page.locator("#open-shows-2").check();
  await page.locator("#open-deputy").selectOption({ index: 1 });
  await send(page, "Lập hồ sơ");
  // Nobody agrees to what they were not told.
  await page.locator("#open-told-error").waitFor();
  await accessible(page);
  await page.locator("#open-told").check();
  await send(page, "Lập hồ sơ");
  await told(page, "Đã lập hồ sơ riêng.");
}

async function walk(page, person) {
  await opened(page, person);
  const file = page.url();
  await leave(page, page.getByRole("button", { name: "Ghi buổi gặp" }));
  await page.getByLabel("Tại văn phòng").check();
  await page.getByLabel("Lắng nghe").check();
  await page.locator("#talk-words").fill("Ngủ được hơn từ tuần trước");
  await dated(page, "talk-next", inDays(7));
  await page.getByLabel("Phòng riêng").check();
  await send(page, "Lưu");
  await told(page, "Đã lưu.");
  await main(page).getByText("Ngủ được hơn từ tuần trước").waitFor();
  await accessible(page);
  await page.screenshot({ path: picture("private file"), fullPage: true });

  // Five questions, one of them left out by the returnee.
  await leave(page, page.getByRole("button", { name: "Câu hỏi về hai tuần qua" }));
  await leave(page, main(page).getByRole("link", { name: "WHO-5" }));
  await page.locator("#scale-agreed").check();
  for (const item of [1, 2, 3, 4]) await page.locator(`#answers-${item}-5`).check();
  await send(page, "Lưu");
  await page.locator("#answers-5-error").waitFor();
  await accessible(page);
  await page.locator("#answers-5-7").check();
  await page.screenshot({ path: picture("five questions"), fullPage: true });
  await send(page, "Lưu");
  await main(page).getByText("không tính, vì có câu không trả lời").waitFor();

  // Signs, what somebody chooses, and whom to call: no verdict.
  await page.goto(file);
  await leave(page, page.getByRole("button", { name: "Dấu hiệu cần bảo vệ" }));
  await page.locator("#signs-safe").check();
  await page.getByLabel("Bị giữ giấy tờ").check();
  await page.getByRole("group", { name: "Gọi tổng đài 111" }).getByLabel("Bây giờ").check();
  await send(page, "Lưu");
  await page.locator("#signs-told-error").waitFor();
  await accessible(page);
  await page.locator("#signs-told").check();
  await page.screenshot({ path: picture("signs"), fullPage: true });
  await send(page, "Lưu");
  await main(page).getByRole("link", { name: "111" }).first().waitFor();
  await accessible(page);
  await page.screenshot({ path: picture("signs next"), fullPage: true });
  await page.goto(file);

  await leave(page, page.getByRole("button", { name: "Giới thiệu đến nơi khác" }));
  await page.getByLabel("Tư vấn tâm lý").check();
  await page.locator("#letter-provider").selectOption({ label: "Phòng Tham vấn tâm lý Bến Bình Yên" });
  await send(page, "Soạn thư");
  await main(page).getByText("Nơi này trả lời trên hệ thống.").waitFor();
  await page.locator("#told-called").fill("chị Lan");
  await page.locator("#told-reach").fill("Gọi sau 20 giờ, nói là bạn cũ");
  await send(page, "Lưu và xem trước");
  await told(page, "Đã lưu. Dưới đây là đúng những gì sẽ được gửi.");
  const sent = main(page).locator(".govuk-inset-text");
  await sent.getByText("chị Lan").waitFor();
  assert.equal(await sent.getByText(person.name).count(), 0, "the name is not this help's to know");
  await send(page, "Ghi sự đồng ý và gửi");
  await page.locator("#agree-shown-error").waitFor();
  await accessible(page);
  await page.locator("#agree-shown").check();
  await page.locator("#agree-mode").check();
  await page.locator("#agree-language").fill("tiếng Việt");
  await page.screenshot({ path: picture("letter and consent"), fullPage: true });
  await send(page, "Ghi sự đồng ý và gửi");
  await told(page, "Đã gửi. Nơi nhận được báo, không kèm nội dung.");
  const letter = page.url();
  const id = letter.split("/").pop().split(/[?#]/)[0];

  const asked = await open({ as: PROVIDER });
  await asked.goto("/referrals");
  await leave(asked, main(asked).locator(`a[href='/referrals/${id}']`));
  await main(asked).getByText("Gọi sau 20 giờ, nói là bạn cũ").waitFor();
  assert.equal(await main(asked).getByText(person.name).count(), 0);
  await asked.getByLabel("Nhận giúp").check();
  await accessible(asked);
  await asked.screenshot({ path: picture("letter answered"), fullPage: true });
  await send(asked, "Lưu");
  await told(asked, "Đã ghi. Người giới thiệu được báo.");

  await page.goto(letter);
  await main(page).getByText("Nhận giúp", { exact: true }).first().waitFor();
  await page.getByLabel("Người ấy rút lại sự đồng ý").check();
  await send(page, "Lưu");
  await main(page).getByText("Đã rút lại").first().waitFor();
  const gone = await asked.goto(`/referrals/${id}`);
  assert.equal(gone.status(), 404, "closed for the provider at once");
  await asked.context().close();

  await page.goto(file);
  await leave(page, page.getByRole("button", { name: "Viết kế hoạch an toàn" }));
  await page.locator("#plan-people").fill("Em gái, gọi lúc nào cũng được");
  await send(page, "Lưu");
  await told(page, "Đã lưu.");
  await main(page).getByText("Em gái, gọi lúc nào cũng được").waitFor();

  // Somebody of another office, in danger to life: the plan and nothing else.
  const far = await open({ as: "counsellor.haiphong" });
  await far.goto("/private-openings");
  await far.locator("#glass-code").fill(person.case.split("/").pop());
  await far.locator("#glass-scope").check();
  await send(far, "Mở, hoặc xin mở");
  await far.locator("#glass-reason-error").waitFor();
  await accessible(far);
  await far.locator("#glass-reason").fill("Đang đứng trên cầu");
  await send(far, "Mở, hoặc xin mở");
  await main(far).getByText("Em gái, gọi lúc nào cũng được").waitFor();
  assert.equal(await main(far).getByText("Ngủ được hơn").count(), 0);
  await accessible(far);
  await far.screenshot({ path: picture("plan in danger"), fullPage: true });
  await far.context().close();
  await page.goto(file);
  await main(page).getByText("Được mở tạm phần kế hoạch an toàn").waitFor();

  await leave(page, page.getByRole("button", { name: "Kết thúc hồ sơ" }));
  await page.getByLabel("Đạt điều người ấy mong muốn").check();
  await send(page, "Kết thúc");
  await main(page).getByText("Đã kết thúc").first().waitFor();
}

both("a private file, a letter answered and taken back", { as: HELPER }, async (page) => {
  await walk(page, await received(HELPER));
});

scene("the same on a telephone", { as: HELPER, viewport: PHONE }, async (page) => {
  await walk(page, await received(HELPER));
});

scene("the way out covers the page and leaves nothing to go back to", { as: HELPER }, async (page) => {
  const person = await received(HELPER);
  await page.goto("/cases");
  await opened(page, person);
  const file = page.url();
  // Another site, which is not asked in a test.
  await page.context().route("https://www.nchmf.gov.vn/**", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: "<title>Thời tiết</title>" }));
  let referrer;
  page.on("request", (request) => {
    if (request.url().startsWith("https://www.nchmf")) referrer = request.headers().referer;
  });
  await page.getByRole("link", { name: "Thoát nhanh" }).click();
  await page.waitForURL("https://www.nchmf.gov.vn/");
  assert.equal(await page.title(), "Thời tiết");
  assert.ok(!referrer?.includes("/private"), "nobody is told where somebody came from");
  await page.goBack();
  assert.notEqual(page.url(), file, "the page is not behind the other one");
  // By keyboard, while typing.
  await page.goto(file);
  await page.locator("#note-text").focus();
  for (const _ of [1, 2, 3]) await page.keyboard.press("Shift");
  await page.waitForURL("https://www.nchmf.gov.vn/");
});

scene("the way out works without scripts", { as: HELPER, scripts: false }, async (page) => {
  await opened(page, await received(HELPER));
  await page.context().route("https://www.nchmf.gov.vn/**", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: "<title>Thời tiết</title>" }));
  await page.getByRole("link", { name: "Thoát nhanh" }).click();
  await page.waitForURL("https://www.nchmf.gov.vn/");

});
