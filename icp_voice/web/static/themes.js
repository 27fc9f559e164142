// Ticks are counted where they are used, and an address is copied by a button; everything works without it, too.

const WORDS = {
  theme: ["Tick two themes to make them one.", "One theme is ticked; tick another.", (count) => `${count} themes are ticked.`],
  quote: ["Tick quotes that belong elsewhere.", "1 quote is ticked.", (count) => `${count} quotes are ticked.`],
};

const count = () => {
  for (const told of document.querySelectorAll("[data-ticked]")) {
    const name = told.dataset.ticked;
    const ticked = document.querySelectorAll(`input[name="${name}"][form="${told.closest("form").id}"]:checked`).length;
    const words = WORDS[name][Math.min(ticked, 2)];
    told.textContent = typeof words === "function" ? words(ticked) : words;
    told.closest("form").classList.toggle("ticking", ticked > 0);
  }
};

document.addEventListener("change", (event) => {
  if (event.target.matches?.("input[type=checkbox][form]")) count();
});
document.addEventListener("htmx:afterSettle", count);

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C"; // only pages over TLS may write there by themselves
  }
});

count();
