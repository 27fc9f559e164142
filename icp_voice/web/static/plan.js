// Questions are copied, one to a line, to be pasted into a mail or a calendar entry.

document.addEventListener("click", async (event) => {
  const print = event.target.closest?.("[data-print]");
  if (print) window.print();
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const lines = [...document.querySelectorAll(button.dataset.copy)].map((one, place) => `${place + 1}. ${one.textContent.trim()}`);
  const was = button.dataset.was ?? button.textContent;
  button.dataset.was = was;
  try {
    await navigator.clipboard.writeText(lines.join("\n"));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Your browser does not allow copying";
  }
  setTimeout(() => { button.textContent = was; }, 2500);
});
