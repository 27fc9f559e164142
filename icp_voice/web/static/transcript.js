// The transcript: selected words become a quote or are hidden, quotes are gone through by keys, an address marks its words.
// Places in a turn are counted in Unicode code points, as the engine counts them, and not in JavaScript's UTF-16 units.

const typing = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));
const points = (text) => [...text].length;
const page = () => document.querySelector(".transcript-page");
const say = (text) => {
  const told = document.getElementById("said");
  if (told) told.textContent = text;
};

// -- places -------------------------------------------------------------------------------------------------------

// The place of a point of the page within the words of its turn.
function placeOf(node, offset, words) {
  let place = 0;
  for (const piece of words.querySelectorAll(".w")) {
    const from = Number(piece.dataset.from);
    if (piece.contains(node)) {
      const before = document.createRange();
      before.selectNodeContents(piece);
      before.setEnd(node, offset);
      return from + points(before.toString());
    }
    // A point between pieces: in a letter or a button before this piece, or in the turn itself.
    const here = document.createRange();
    here.setStart(node, offset);
    here.collapse(true);
    const start = document.createRange();
    start.selectNode(piece);
    if (here.compareBoundaryPoints(Range.START_TO_START, start) <= 0) return from;
    place = from + points(piece.textContent);
  }
  return place;
}

// The selected words, if they are of one customer's turn; a selection may begin or end outside of it.
function selected() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const near = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const words = near(range.startContainer)?.closest(".words") ?? near(range.endContainer)?.closest(".words");
  if (!words || !words.hasAttribute("data-heard")) return null;
  const all = document.createRange();
  all.selectNodeContents(words);
  const cut = range.cloneRange();
  if (cut.compareBoundaryPoints(Range.START_TO_START, all) < 0) cut.setStart(all.startContainer, all.startOffset);
  if (cut.compareBoundaryPoints(Range.END_TO_END, all) > 0) cut.setEnd(all.endContainer, all.endOffset);
  const start = placeOf(cut.startContainer, cut.startOffset, words);
  const end = placeOf(cut.endContainer, cut.endOffset, words);
  return start < end ? { turn: Number(words.dataset.turn), start, end, box: cut.getBoundingClientRect() } : null;
}

// A range over the words of a turn from one place to another.
function rangeOf(words, start, end) {
  const range = document.createRange();
  let begun = false;
  for (const piece of words.querySelectorAll(".w")) {
    let at = Number(piece.dataset.from);
    const walker = document.createTreeWalker(piece, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const letters = [...walker.currentNode.data];
      const unit = (place) => letters.slice(0, place - at).join("").length;
      if (!begun && start < at + letters.length) {
        range.setStart(walker.currentNode, unit(Math.max(start, at)));
        begun = true;
      }
      if (begun && end <= at + letters.length) {
        range.setEnd(walker.currentNode, unit(end));
        return range;
      }
      at += letters.length;
    }
  }
  return null;
}

// -- the bar of the selection ---------------------------------------------------------------------------------------

const bar = () => document.getElementById("selectbar");

function showBar() {
  const form = bar();
  if (!form || form.contains(document.activeElement)) return;
  const chosen = selected();
  form.hidden = !chosen;
  if (!chosen) return;
  for (const name of ["turn", "start", "end"]) form.elements[name].value = chosen[name];
  const row = `#turn-${chosen.turn}`;
  form.setAttribute("hx-target", row);
  form.setAttribute("hx-select", row);
  form.setAttribute("hx-swap", "outerHTML show:none settle:0ms");
  const above = chosen.box.top > form.offsetHeight + 16;
  const top = above ? chosen.box.top - form.offsetHeight - 8 : chosen.box.bottom + 8;
  const left = Math.min(Math.max(8, chosen.box.left), window.innerWidth - form.offsetWidth - 8);
  form.style.top = `${Math.max(8, Math.min(top, window.innerHeight - form.offsetHeight - 8))}px`;
  form.style.left = `${Math.max(8, left)}px`;
}

let soon = 0;
document.addEventListener("selectionchange", () => {
  window.clearTimeout(soon);
  soon = window.setTimeout(showBar, 120);
});
window.addEventListener("scroll", () => bar() && !bar().hidden && showBar(), { passive: true });

// Words are selected by keys from the open quote on, or from the first customer's turn that is seen.
function startSelecting() {
  const open = document.querySelector(".note-of[aria-current] ")?.closest(".turn");
  const seen = [...document.querySelectorAll(".words[data-heard]")];
  const words = open?.querySelector(".words[data-heard]") ?? seen.find((one) => one.getBoundingClientRect().bottom > 80);
  if (!words) return;
  const range = rangeOf(words, 0, Math.max(1, points(words.querySelector(".w").textContent.split(/\s/, 1)[0])));
  if (!range) return;
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  words.closest(".turn").scrollIntoView({ block: "nearest" });
  say("Words are being selected. Arrows move, Shift with arrows selects more.");
}

function moveSelection(key, more) {
  const selection = window.getSelection();
  const forward = key === "ArrowRight" || key === "ArrowDown";
  const unit = key === "ArrowUp" || key === "ArrowDown" ? "line" : "word";
  if (more) {
    selection.modify("extend", forward ? "forward" : "backward", unit);
  } else {
    if (forward) selection.collapseToEnd();
    else selection.collapseToStart();
    selection.modify("move", forward ? "forward" : "backward", unit);
    selection.modify("extend", "forward", "word");
  }
  say(selection.toString());
}

// -- quotes ---------------------------------------------------------------------------------------------------------

const notes = () => [...document.querySelectorAll(".note-of:not(.none), .note-of[aria-current]")];
const noteOf = (id) => document.querySelector(`.note-of[data-note="${CSS.escape(id)}"]`);

function openNote(note) {
  note?.querySelector(".open")?.click();
}

// The quote that the address marks; of several over these words, the one that it names.
function aimed() {
  const ids = document.querySelector("mark.aim")?.closest(".w")?.dataset.h?.split(" ") ?? [];
  const named = document.getElementById(window.location.hash.slice(1))?.dataset.open;
  return noteOf(ids.includes(named) ? named : (ids[0] ?? ""));
}

function step(by) {
  const all = notes();
  let at = all.findIndex((one) => one.hasAttribute("aria-current"));
  if (at < 0 && aimed()) return openNote(aimed());
  if (at < 0) {
    at = all.findIndex((one) => one.getBoundingClientRect().top > 0);
    at = at < 0 ? 0 : by > 0 ? at - 1 : at;
  }
  const next = all[at + by];
  if (next) openNote(next);
  else say(by > 0 ? "This was the last quote here." : "This was the first quote here.");
}

// A card is open once: the one that was open before closes.
function oneCard(row) {
  const mine = row.querySelector("[data-current]");
  if (!mine) return;
  for (const card of document.querySelectorAll(".quote-card")) {
    if (card !== mine) {
      const note = card.closest(".note-of");
      note.removeAttribute("aria-current");
      card.remove();
    }
  }
  for (const piece of document.querySelectorAll(".w.current")) if (!row.contains(piece)) piece.classList.remove("current");
  mine.focus({ preventScroll: true });
  const current = row.querySelector(".w.current") ?? row;
  const box = current.getBoundingClientRect();
  if (box.top < 90 || box.bottom > window.innerHeight * 0.6) current.scrollIntoView({ block: "center" });
}

// htmx copies attributes from what leaves to what comes; a style among them would break the policy of the page.
document.addEventListener("htmx:beforeSwap", () => bar()?.removeAttribute("style"));

document.addEventListener("htmx:afterSwap", (event) => {
  const row = document.getElementById(event.detail.target?.id ?? "");
  if (row?.matches(".turn")) {
    if (bar()) bar().hidden = true;
    oneCard(row);
    const told = document.querySelector("#notices .notice p")?.textContent;
    const card = row.querySelector("[data-current]");
    say(told ?? (card ? `Quote: ${card.querySelector("blockquote").textContent}` : ""));
  } else if (event.detail.target?.id === "main" && page()) {
    arrive();
  }
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || !page()) return;
  const stepper = target.closest("[data-step]");
  if (stepper) return step(Number(stepper.dataset.step));
  if (target.closest("[data-keys]")) return document.getElementById("keys").showModal();
  const copy = target.closest(".copy");
  if (copy && navigator.clipboard) {
    event.preventDefault();
    navigator.clipboard.writeText(copy.href).then(() => say("The link is copied."), () => say(copy.href));
    copy.textContent = "Link copied";
    return;
  }
  const piece = target.closest(".w.q");
  if (piece && window.getSelection().isCollapsed) {
    const over = piece.dataset.h.split(" ");
    openNote(noteOf(over.find((id) => !noteOf(id)?.hasAttribute("aria-current")) ?? over[0]));
  }
});

// Keys that lead somewhere else here than on other pages; the others stand on their buttons.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !page() || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) {
      event.stopImmediatePropagation();
      return;
    }
    if (bar() && (event.key === "q" || event.key === "h")) showBar();
    const adding = document.querySelector("[data-current] details.add[open]");
    if (adding && event.key.length === 1) {
      const buttons = [...adding.querySelectorAll("[data-letter]")];
      const found = buttons.find((one) => one.dataset.letter === event.key.toLowerCase()) ?? buttons[Number(event.key) - 1];
      if (found) {
        event.preventDefault();
        event.stopImmediatePropagation();
        found.click();
      }
      return;
    }
    const choosing = bar() && !bar().hidden;
    if (choosing && event.key.startsWith("Arrow") && !bar().contains(event.target)) {
      event.preventDefault();
      moveSelection(event.key, event.shiftKey);
    } else if (choosing && event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      bar().elements.category.focus();
    } else if (choosing && event.key === "Escape") {
      event.preventDefault();
      window.getSelection().removeAllRanges();
      bar().hidden = true;
    } else if (event.key === "s" && bar()) {
      event.preventDefault();
      startSelecting();
    }
  },
  true,
);

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("[data-current] details.move[open]")) event.target.querySelector("input:not([type=hidden])").focus();
    if (event.target.matches?.("[data-current] details.add[open]")) say("Which category? Its letter, or its number.");
  },
  true,
);

document.addEventListener("mouseover", (event) => {
  const over = event.target instanceof Element && event.target.closest("[data-note], .w.q");
  for (const one of document.querySelectorAll(".lit")) one.classList.remove("lit");
  if (!over || !page()) return;
  const ids = (over.dataset.note ?? over.dataset.h).split(" ");
  for (const id of ids) {
    noteOf(id)?.classList.add("lit");
    for (const piece of document.querySelectorAll(`.w[data-h~="${CSS.escape(id)}"]`)) piece.classList.add("lit");
  }
});

// -- arriving -------------------------------------------------------------------------------------------------------

function unmark() {
  for (const aim of document.querySelectorAll("mark.aim")) {
    const piece = aim.parentNode;
    aim.replaceWith(...aim.childNodes);
    piece.normalize();
  }
}

// "#t123-40-88" marks these very words; a turn of another part of the transcript is fetched first.
function aim() {
  unmark();
  const found = /^#t(\d+)-(\d+)-(\d+)$/.exec(window.location.hash);
  if (!found) return false;
  const [turn, start, end] = found.slice(1).map(Number);
  const words = document.querySelector(`.words[data-turn="${turn}"]`);
  if (!words) {
    const wanted = new URL(window.location.href);
    if (wanted.searchParams.get("turn") === String(turn)) return false;
    wanted.searchParams.set("turn", turn);
    window.location.replace(wanted);
    return true;
  }
  for (const piece of words.querySelectorAll(".w")) {
    let at = Number(piece.dataset.from);
    for (const text of [...piece.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
      const letters = [...text.data];
      const low = Math.max(start, at) - at;
      const high = Math.min(end, at + letters.length) - at;
      at += letters.length;
      if (low >= high) continue;
      const rest = text.splitText(letters.slice(0, low).join("").length);
      rest.splitText(letters.slice(low, high).join("").length);
      const mark = document.createElement("mark");
      mark.className = "aim";
      rest.replaceWith(mark);
      mark.append(rest);
    }
  }
  words.querySelector("mark.aim")?.scrollIntoView({ block: "center" });
  return true;
}

function arrive() {
  if (!page()) return;
  if (aim()) return;
  const card = document.querySelector("[data-current]");
  if (card) {
    oneCard(card.closest(".turn"));
    return;
  }
  const turn = new URL(window.location.href).searchParams.get("turn");
  if (turn && !window.location.hash) document.getElementById(`turn-${turn}`)?.scrollIntoView({ block: "start" });
}

window.addEventListener("hashchange", aim);
arrive();
