// The review queue: the next question is read aloud and stands in view; a second press waits until the first was taken.
// What the answers have taught is measured anew after some of them, once nobody answers for a moment.

const SOME = 5;
const QUIET = 2000;
let given = 0;
let quiet = 0;

const asked = () => document.getElementById("asked");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "asked") return;
  document.querySelector(".review-card")?.focus({ preventScroll: true });
  if (asked().getBoundingClientRect().top < 0) asked().scrollIntoView({ block: "start" });
  given += 1;
  window.clearTimeout(quiet);
  if (given >= SOME) quiet = window.setTimeout(measure, QUIET);
});

function measure() {
  given = 0;
  document.body.dispatchEvent(new CustomEvent("taught"));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!asked()?.contains(event.detail.elt)) return;
  for (const button of asked().querySelectorAll("button")) button.disabled = true;
});

document.addEventListener("htmx:afterRequest", () => {
  for (const button of asked()?.querySelectorAll("button:disabled") ?? []) button.disabled = false;
});
