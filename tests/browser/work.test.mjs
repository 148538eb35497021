// What a counsellor does beside placing people: sessions with what was agreed, a course with its roll, a job fair, a complaint of
// discrimination. With scripts, without, and on a telephone.
import { PHONE, accessible, dated, inDays, leave, picture, received, scene, send } from "./support.mjs";

const main = (page) => page.getByRole("main");
const told = (page, words) => main(page).getByText(words, { exact: true }).first().waitFor();
const ours = (what) => `${what} ${Math.random().toString(36).slice(2, 8)}`;

/** Opens what stands on the page of a case's work. */
async function open(page, person, name) {
  await page.goto(`${person.case}/jobs`);
  await leave(page, main(page).getByRole("link", { name, exact: true }));
}

/** A session with one thing agreed, which is then done. */
async function counselled(page, person) {
  await open(page, person, "Tư vấn việc làm");
  await leave(page, page.getByRole("button", { name: "Ghi buổi tư vấn" }));
  await page.getByLabel("Tại văn phòng").check();
  await page.getByLabel("Thiếu giấy tờ").check();
  await send(page, "Lưu");
  await page.locator("#session-goals-error").waitFor();
  await accessible(page);
  await page.locator("#session-goals").fill("Làm thợ hàn gần nhà");
  await dated(page, "session-held", inDays(0));
  await dated(page, "session-next", inDays(14));
  await send(page, "Lưu");
  await told(page, "Đã lưu buổi tư vấn.");
  await main(page).getByText("Thiếu giấy tờ").waitFor();
  await send(page, "Thêm việc đã hẹn");
  await page.locator("#action-what-error").waitFor();
  await page.locator("#action-what").fill("Mang bản gốc chứng chỉ hàn đến");
  await page.getByLabel("Người lao động", { exact: true }).check();
  await dated(page, "action-until", inDays(7));
  await send(page, "Thêm việc đã hẹn");
  await told(page, "Đã ghi việc đã hẹn.");
  await accessible(page);
  await page.screenshot({ path: picture("session walked"), fullPage: true });
  await leave(page, page.getByRole("button", { name: "Đã làm Mang bản gốc chứng chỉ hàn đến" }));
  await main(page).getByText("Đã làm", { exact: true }).waitFor();
  await page.goto(person.case);
  await main(page).getByText("Buổi tư vấn việc làm tiếp theo").first().waitFor();
}

/** A course that begins today: somebody enrols, is there, and passes. */
async function learned(page, person) {
  const title = ours("Hàn TIG cơ bản");
  await page.goto("/courses");
  await leave(page, page.getByRole("button", { name: "Thêm khóa học" }));
  await page.locator("#learning-title").fill(title);
  await page.locator("#learning-provider").selectOption({ index: 1 });
  await page.getByLabel("Kỹ năng mềm").check();
  await dated(page, "learning-starts", inDays(0));
  await dated(page, "learning-ends", inDays(30));
  await page.locator("#learning-seats").fill("12");
  await page.locator("#learning-timetable").fill("tối thứ 2, 4, 6");
  await page.locator("#learning-hours").fill("60");
  await send(page, "Lưu");
  await page.locator("#learning-province-error").waitFor();
  await accessible(page);
  await page.locator("#learning-province").selectOption("40");
  await page.locator("#learning-address").fill("Số 1 đường Ví Dụ");
  await send(page, "Lưu");
  await told(page, "Đã lưu khóa học.");
  const course = page.url();

  await open(page, person, "Đào tạo");
  // Nothing that is known speaks for it; the counsellor knows better.
  const choice = page.locator("#course");
  await choice.selectOption(course.split("/courses/")[1].split(/[?#]/)[0]);
  await accessible(page);
  await leave(page, page.getByRole("button", { name: "Xem và ghi danh" }));
  await page.getByLabel("Miễn phí").check();
  await send(page, "Ghi danh");
  await told(page, "Đã ghi danh.");
  const enrolment = page.url();

  await page.goto(course);
  await leave(page, page.getByRole("button", { name: "Điểm danh" }));
  await dated(page, "roll-on", inDays(0));
  const present = page.getByRole("group", { name: person.name }).getByLabel("Có mặt");
  await send(page, "Lưu điểm danh");
  await page.getByRole("alert").getByText("Chưa đánh dấu ai").waitFor();
  await present.check();
  await accessible(page);
  await page.screenshot({ path: picture("roll walked"), fullPage: true });
  await send(page, "Lưu điểm danh");
  await told(page, "Đã lưu điểm danh.");

  await page.goto(enrolment);
  await page.getByLabel("Học xong và đạt").check();
  await page.locator("#finish-paper").fill("12/CN-VD");
  await dated(page, "finish-ended", inDays(0));
  await accessible(page);
  await send(page, "Ghi kết quả");
  await told(page, "Đã ghi kết quả.");
  await main(page).getByText("12/CN-VD").waitFor();
  await main(page).getByRole("link", { name: "Tay nghề" }).waitFor();
}

/** A mobile fair, today: an employer joins, somebody is told of it and comes, the day is counted. */
async function met(page, person) {
  const title = ours("Phiên lưu động");
  await page.goto("/fairs");
  await leave(page, page.getByRole("button", { name: "Thêm phiên" }));
  await page.locator("#fair-title").fill(title);
  await dated(page, "fair-held", inDays(0));
  await page.locator("#fair-hours").fill("8:00–11:30");
  await page.getByLabel("Phiên lưu động").check();
  await page.locator("#fair-province").selectOption("40");
  await page.locator("#fair-address").fill("Nhà văn hóa xã");
  await send(page, "Lưu");
  await page.locator("#fair-commune-error").waitFor();
  await accessible(page);
  await page.locator("#fair-commune").fill("Phường Trường Vinh");
  await send(page, "Lưu");
  await told(page, "Đã lưu phiên giao dịch.");
  const fair = page.url();
  await page.locator("#stand-employer").selectOption({ index: 1 });
  await page.locator("#stand-seats").fill("mười");
  await send(page, "Thêm nơi tuyển dụng");
  await page.locator("#stand-seats-error").waitFor();
  await page.locator("#stand-seats").fill("10");
  await send(page, "Thêm nơi tuyển dụng");
  await told(page, "Đã thêm nơi tuyển dụng.");

  await open(page, person, "Phiên giao dịch việc làm");
  await accessible(page);
  await leave(page, page.getByRole("button", { name: `Ghi là đã báo ${title}` }));
  await told(page, "Đã ghi là đã báo.");

  await page.goto(fair);
  await page.getByRole("group", { name: person.name }).getByLabel("Đã đến").check();
  await send(page, "Lưu ai đã đến");
  await told(page, "Đã lưu ai đã đến.");
  for (const [field, count] of [["came", 40], ["returnees", 50], ["interviewed", 9], ["hired", 2]]) await page.locator(`#count-${field}`).fill(String(count));
  await send(page, "Lưu kết quả");
  await page.locator("#count-returnees-error").waitFor();
  // An error elsewhere on the page takes nothing of who came.
  if (!(await page.getByRole("group", { name: person.name }).getByLabel("Đã đến").isChecked())) throw new Error("who came is lost");
  await page.locator("#count-returnees").fill("12");
  await send(page, "Lưu kết quả");
  await told(page, "Đã lưu kết quả.");
  await accessible(page);
  await page.screenshot({ path: picture("fair walked"), fullPage: true });
}

/** A complaint, which nobody hears of before the worker agrees. */
async function complained(page, person) {
  await open(page, person, "Khiếu nại bị phân biệt đối xử");
  await leave(page, page.getByRole("button", { name: "Ghi khiếu nại" }));
  await page.locator("#complaint-against").fill("Xưởng Ví Dụ");
  await page.getByLabel("Khi phỏng vấn").check();
  await dated(page, "complaint-happened", inDays(-3));
  await page.locator("#complaint-words").fill("Nói chỉ nhận người dưới 30 tuổi.");
  await page.getByLabel("Chưa đồng ý, chỉ ghi lại").check();
  await send(page, "Lưu");
  await page.locator("#complaint-grounds-error").waitFor();
  await accessible(page);
  await page.getByLabel("Tuổi", { exact: true }).check();
  await send(page, "Lưu");
  await told(page, "Đã ghi khiếu nại.");
  if (await page.getByLabel("Chuyển khiếu nại").count()) throw new Error("it could be passed on without the worker's yes");
  await page.getByLabel("Người lao động đồng ý cho chuyển").check();
  await dated(page, "step-on", inDays(0));
  await send(page, "Ghi bước này");
  await told(page, "Đã ghi bước này.");
  await page.getByLabel("Chuyển khiếu nại").check();
  await page.locator("#step-body").selectOption({ label: "Thanh tra" });
  await dated(page, "step-on", inDays(0));
  await accessible(page);
  await send(page, "Ghi bước này");
  await main(page).getByText("Đã chuyển", { exact: true }).first().waitFor();
  await page.screenshot({ path: picture("complaint walked"), fullPage: true });
}

for (const [how, options] of Object.entries({ "with scripts": {}, "without scripts": { scripts: false }, "on a telephone": { viewport: PHONE } })) {
  scene(`counselling, a course, a fair and a complaint (${how})`, { as: "counsellor.nghean", ...options }, async (page) => {
    const person = await received("counsellor.nghean", { "address.commune": "Phường Thành Vinh" });
    await counselled(page, person);
    await learned(page, person);
    await met(page, person);
    await complained(page, person);
  });
}
