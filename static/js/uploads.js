// Files sent piece by piece while the form is filled in: after a line that broke, and after a reload, a file goes on where it
// was. Without this the form carries them all at once. `tus` comes from vendor/tus.min.js, which the page loads before.
const form = document.querySelector("form[data-uploads]");

// What a tab remembers of a file is where it went: neither its name nor whose case it is stays behind on a shared computer.
const remembered = {
  async findAllUploads() { return []; },
  async findUploadsByFingerprint(print) {
    const kept = sessionStorage.getItem(print);
    return kept ? [{ ...JSON.parse(kept), urlStorageKey: print }] : [];
  },
  async removeUpload(key) { sessionStorage.removeItem(key); },
  async addUpload(print, { uploadUrl, size }) {
    sessionStorage.setItem(print, JSON.stringify({ uploadUrl, size, metadata: {}, creationTime: "" }));
    return print;
  },
};

async function fingerprint(file, { endpoint }) {
  const told = new TextEncoder().encode([endpoint, file.name, file.size, file.lastModified].join("\n"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", told));
  return `upload-${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const element = (name, more, ...inside) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
};

class Sending {
  constructor(file) {
    this.file = file;
    this.said = element("span", { className: "govuk-hint", textContent: form.dataset.begun });
    this.line = element("li", {}, element("span", { className: "app-file-name", textContent: file.name }), " ", this.said, " ");
    this.out = element("button", { type: "button", className: "app-link-button" }, form.dataset.out, element("span", { className: "govuk-visually-hidden", textContent: ` – ${file.name}` }));
    this.out.addEventListener("click", () => this.stop());
    this.line.append(this.out);
    list.append(this.line);
  }

  async start() {
    this.upload = new tus.Upload(this.file, {
      endpoint: form.dataset.uploads,
      chunkSize: 256 * 1024,
      // As long as somebody waits; `resume` cuts a pause short.
      retryDelays: [0, 1000, 2000, 4000, 8000, ...Array(200).fill(15000)],
      metadata: { filename: this.file.name, key: crypto.randomUUID() },
      urlStorage: remembered,
      fingerprint,
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        // A piece that belongs elsewhere goes there; a case that was closed meanwhile answers with a page.
        const elsewhere = status === 409 && error.originalResponse.getHeader("Tus-Resumable");
        const again = status === 0 || elsewhere || status === 423 || status >= 500;
        this.waits = again;
        if (again) this.say(form.dataset.waits);
        return again;
      },
      onProgress: (sent, of) => {
        this.waits = false;
        this.say(form.dataset.percent.replace("{n}", Math.floor((sent * 100) / of)));
      },
      onSuccess: () => this.whole(),
      onError: (error) => this.failed(error),
    });
    const [before] = await this.upload.findPreviousUploads();
    if (this.over) return;
    if (before) this.upload.resumeFromPreviousUpload(before);
    this.upload.start();
  }

  /** The line is back: nobody waits out a pause. */
  async resume() {
    if (this.over || !this.waits) return;
    await this.upload.abort();
    this.upload.start();
  }

  say(text, aloud = false) {
    if (this.said.textContent === text) return;
    this.said.textContent = text;
    // A screen reader hears each quarter, and whatever else happens; not every step.
    const quarter = Math.floor((parseInt(/\d+/.exec(text)?.[0] ?? "", 10) || 0) / 25);
    if (aloud || quarter !== this.quarter || text === form.dataset.waits) tell(`${this.file.name}: ${text}`);
    this.quarter = quarter;
  }

  whole() {
    this.over = true;
    const id = this.upload.url.split("/").pop();
    // Told by the server already, as a file that had come before a reload.
    document.getElementById(`upload-${id}`)?.closest("li").remove();
    this.line.prepend(element("input", { type: "hidden", name: "uploads", value: id }));
    this.say(form.dataset.whole, true);
  }

  failed(error) {
    this.over = true;
    const answer = error.originalResponse;
    const told = answer?.getStatus() === 422 && answer.getBody();
    this.said.className = "govuk-error-message";
    this.say(told || form.dataset.failed, true);
  }

  stop() {
    this.over = true;
    this.upload?.abort();
    this.line.remove();
    input.focus();
  }
}

const input = form?.querySelector("input[type=file]");
const list = form?.querySelector("[data-list]");
const status = form?.querySelector("[data-status]");
const all = [];
// What whoever wanted to save was told stands until they can.
let held = "";
const tell = (text) => {
  if (all.every(({ over }) => over)) held = "";
  status.textContent = `${held} ${text}`.trim();
};

// An insecure address has neither hashes nor keys: there the form goes as it is.
if (form && globalThis.tus?.isSupported && globalThis.crypto?.subtle && crypto.randomUUID) {
  form.classList.add("app-scripted");
  // What the browser kept of a former page would go along with the form.
  const send = () => {
    for (const file of input.files) {
      const sending = new Sending(file);
      all.push(sending);
      sending.start();
    }
    input.value = "";
  };
  input.addEventListener("change", send);
  addEventListener("online", () => all.forEach((sending) => sending.resume()));
  send();
  form.addEventListener("submit", (event) => {
    if (all.every(({ over }) => over)) return;
    event.preventDefault();
    held = form.dataset.wait;
    tell("");
    status.tabIndex = -1;
    status.focus();
  });
}
