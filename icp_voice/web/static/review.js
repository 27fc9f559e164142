// The review queue: the next question is read aloud and stands in view; a second press waits until the first was taken.

const asked = () => document.getElementById("asked");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "asked") return;
  document.querySelector(".review-card")?.focus({ preventScroll: true });
  if (asked().getBoundingClientRect().top < 0) asked().scrollIntoView({ block: "start" });
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!asked()?.contains(event.detail.elt)) return;
  for (const button of asked().querySelectorAll("button")) button.disabled = true;
});

document.addEventListener("htmx:afterRequest", () => {
  for (const button of asked()?.querySelectorAll("button:disabled") ?? []) button.disabled = false;
});
