// Uploading: each file goes up in a request of its own, few at once. Then each is looked at, one after another.

import { tell } from "/static/app.js";

const SENT_AT_ONCE = 3;
const LOOKED_AT_AT_ONCE = 2;
const MEGABYTE = 1024 * 1024;
const LEFT_OUT = ["thumbs.db", "desktop.ini"];

const headers = () => ({ ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}"), "HX-Request": "true" });
const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const hidden = (path) => {
  const name = path.split("/").pop().toLowerCase();
  return name.startsWith(".") || LEFT_OUT.includes(name);
};

// -- what was dropped or chosen ------------------------------------------------------------------------------------

async function walked(entry, path, most, found) {
  if (found.length > most) return;
  if (entry.isFile) {
    const file = await new Promise((good, bad) => entry.file(good, bad));
    found.push({ file, name: path + file.name });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((good, bad) => reader.readEntries(good, bad));
    if (!some.length) return;
    for (const one of some) await walked(one, `${path}${entry.name}/`, most, found);
  }
}

async function dropped(transfer, most) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await walked(entry, "", most, found);
  return found;
}

const chosen = (input) => [...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));

// -- sending -------------------------------------------------------------------------------------------------------

class Sending {
  constructor(drop, files) {
    this.drop = drop;
    this.box = drop.parentElement.querySelector("[data-going]");
    this.list = this.box.querySelector("[data-list]");
    this.most = { files: Number(drop.dataset.files), mb: Number(drop.dataset.mb), one: Number(drop.dataset.fileMb) };
    this.files = files;
    this.arrived = this.refused = 0;
    this.stopped = false;
    this.requests = new Set();
  }

  async begin() {
    if (this.files.length > this.most.files) {
      tell(`At most ${count(this.most.files, "file")} go up at once; these are more. Send them in parts, or as a ZIP archive.`);
      return;
    }
    const sum = this.files.reduce((total, one) => total + one.file.size, 0);
    if (sum > this.most.mb * MEGABYTE) {
      tell(`These are ${count(Math.ceil(sum / MEGABYTE), "MB")}; at most ${this.most.mb.toLocaleString("en")} MB go up at once.`);
      return;
    }
    this.fresh = !this.drop.dataset.batch;
    this.address = this.fresh ? await opened() : `/upload/${this.drop.dataset.batch}`;
    if (!this.address) return;
    this.drop.hidden = true;
    this.box.hidden = false;
    this.box.querySelector("[data-stop]").onclick = () => this.stop();
    window.addEventListener("beforeunload", this.warn);
    this.rows = this.files.map((one) => this.row(one));
    this.say();
    const waiting = this.files.keys();
    const worker = async () => {
      for (const place of waiting) {
        if (this.stopped) return;
        await this.send(place);
      }
    };
    await Promise.all(Array.from({ length: SENT_AT_ONCE }, worker));
    await this.sayWhose();
    window.removeEventListener("beforeunload", this.warn);
    await this.end();
  }

  warn = (event) => event.preventDefault();

  row(one) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const told = document.createElement("small");
    name.textContent = one.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", one.name);
    told.className = "soft";
    told.textContent = one.file.size < MEGABYTE ? count(Math.ceil(one.file.size / 1024), "kB").replace("kBs", "kB") : `${Math.ceil(one.file.size / MEGABYTE)} MB`;
    row.append(name, bar, told);
    this.list.append(row);
    return { row, bar, told };
  }

  async send(place) {
    const { file, name } = this.files[place];
    const { row, bar, told } = this.rows[place];
    let wrong = "";
    if (file.size > this.most.one * MEGABYTE) wrong = `Larger than ${this.most.one} MB. Split it.`;
    else wrong = await this.posted(`${this.address}/files?name=${encodeURIComponent(name)}`, file, bar);
    if (this.stopped) return;
    this[wrong ? "refused" : "arrived"] += 1;
    row.className = wrong ? "bad" : "done";
    bar.value = wrong ? 0 : 1;
    told.textContent = wrong || "uploaded";
    if (wrong) this.list.prepend(row);
    this.say();
  }

  // Resolves to what went wrong, or nothing.
  posted(address, file, bar) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.requests.add(request);
      request.open("POST", address);
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.setRequestHeader("content-type", "application/octet-stream");
      request.upload.onprogress = (event) => (bar.value = event.loaded / Math.max(1, event.total));
      request.onload = () => done(request.status < 300 ? "" : reason(request.responseText));
      request.onerror = () => done("It could not be sent: the server cannot be reached, or the file has changed or gone.");
      request.onabort = () => done("Stopped.");
      request.onloadend = () => this.requests.delete(request);
      request.send(file);
    });
  }

  say() {
    const left = this.files.length - this.arrived - this.refused;
    const told = [`${this.arrived} of ${count(this.files.length, "file")} uploaded`];
    if (this.refused) told.push(`${this.refused} not taken`);
    this.box.querySelector("[data-tally]").textContent = `${told.join(", ")}${left ? "" : "."}`;
  }

  // Files that were sent from an account's page are its words.
  async sayWhose() {
    const { account } = this.drop.dataset;
    if (!account || this.stopped || !this.arrived) return;
    const answer = await fetch(`${this.address}/all`, { method: "POST", headers: headers(), body: new URLSearchParams({ account }), redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) tell(reason(await answer.text()));
  }

  async stop() {
    this.stopped = true;
    for (const request of this.requests) request.abort();
  }

  async end() {
    if (this.fresh && (this.stopped || !this.arrived)) {
      await fetch(`${this.address}/discard`, { method: "POST", headers: headers() });
    }
    if (this.stopped) {
      location.reload();
    } else if (!this.refused) {
      location.assign(this.address);
    } else {
      this.box.querySelector("[data-stop]").hidden = true;
      const on = this.box.querySelector("[data-on]");
      on.href = this.arrived ? this.address : "/upload";
      on.textContent = this.arrived ? `Go on with ${count(this.arrived, "file")}` : "Choose others";
      on.hidden = false;
      on.focus();
    }
  }
}

async function opened() {
  try {
    const answer = await fetch("/upload/open", { method: "POST", headers: headers() });
    if (answer.status === 201) return answer.headers.get("location");
    tell(reason(await answer.text()));
  } catch {
    tell("The server cannot be reached.");
  }
  return "";
}

function reason(text) {
  const said = new DOMParser().parseFromString(text, "text/html").querySelector(".notice p");
  return said ? said.textContent : text.trim().slice(0, 200) || "It was refused.";
}

async function take(drop, files) {
  const kept = files.filter((one) => !hidden(one.name));
  if (kept.length) await new Sending(drop, kept).begin();
  else tell(files.length ? "Only hidden files: nothing to upload." : "There is no file in it.");
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-choose]")) return;
  const files = chosen(event.target);
  event.target.value = "";
  if (files.length) take(document.querySelector("[data-drop]"), files);
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = document.querySelector("[data-drop]");
    if (!drop || drop.hidden || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const gone = kind === "dragleave" && !event.relatedTarget;
    drop.classList.toggle("over", kind !== "drop" && !gone);
    if (kind === "drop") dropped(event.dataTransfer, Number(drop.dataset.files)).then((files) => take(drop, files));
  });
}

// -- looking -------------------------------------------------------------------------------------------------------

let looking = 0;

function lookOn() {
  while (looking < LOOKED_AT_AT_ONCE) {
    const next = document.querySelector(".upfile[data-state=waits]");
    if (!next) return;
    next.dataset.state = "looked";
    looking += 1;
    next.addEventListener("htmx:afterRequest", (event) => looked(next, event.detail), { once: true });
    window.htmx.trigger(next, "look");
  }
}

function looked(article, detail) {
  looking -= 1;
  if (!detail.successful) {
    const told = article.querySelector(".gist p");
    if (told) told.textContent = "It could not be looked at now. Open it by its name.";
    article.classList.add("bad");
  }
  lookOn();
}

// -- all files at a glance -----------------------------------------------------------------------------------------

function tally() {
  const box = document.querySelector("[data-tallies]");
  const found = { fine: 0, ask: 0, bad: 0, left: 0, kept: 0 };
  const articles = document.querySelectorAll("[data-files] > .upfile");
  const show = box?.querySelector("[data-show][aria-pressed=true]").dataset.show ?? "";
  for (const article of articles) {
    const state = article.querySelector("[data-state]")?.dataset.state;
    if (state) found[state] += 1;
    article.hidden = show !== "" && state !== show;
  }
  if (box) showTally(box, found, articles.length);
  keepReadable(found.bad);
}

function showTally(box, found, all) {
  const done = Object.values(found).reduce((sum, one) => sum + one, 0);
  const parts = found.fine || !done ? [`${found.fine} ready`] : [];
  if (found.ask) parts.push(`${found.ask} to look at`);
  if (found.bad) parts.push(`${found.bad} not readable`);
  if (found.left) parts.push(`${found.left} left out`);
  if (found.kept) parts.push(`${found.kept} kept`);
  box.hidden = false;
  const told = done < all ? `Looked at ${done} of ${count(all, "file")}: ${parts.join(", ")}` : `${count(done, "file")}: ${parts.join(", ")}.`;
  const place = box.querySelector("[data-told]");
  if (place.textContent !== told) place.textContent = told;
}

function keepReadable(unreadable) {
  const keep = document.querySelector("[data-keep]");
  if (!keep) return;
  const readable = Number(keep.dataset.keep) - unreadable;
  keep.hidden = readable < 1;
  keep.textContent = `Keep ${count(readable, "file")} and read ${readable === 1 ? "it" : "them"}`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-show]");
  if (!button) return;
  for (const one of button.parentElement.children) one.setAttribute("aria-pressed", String(one === button));
  tally();
});

function begin() {
  lookOn();
  tally();
}

// htmx knows the files of this page once the page is read; it began to listen for that before this script did.
document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("htmx:afterSettle", begin);
