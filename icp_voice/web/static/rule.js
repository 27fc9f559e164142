// The rule's editor: what is clicked beside it comes into it, and a column's commonest values are offered for it.

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  const box = document.getElementById("f-where");
  if (!button || !box) return;
  const at = box.selectionStart ?? box.value.length;
  const before = box.value.slice(0, at);
  const after = box.value.slice(box.selectionEnd ?? at);
  const whole = /[=<>]| is /.test(button.dataset.insert);
  const joined = whole && before.trim() && !/(\b(and|or|not)|\()\s*$/i.test(before) ? " and " : "";
  const gap = joined || (before && !/[\s(]$/.test(before)) ? joined || " " : "";
  box.value = `${before.trimEnd() === before ? before : joined ? before.trimEnd() : before}${gap}${button.dataset.insert}${after}`;
  box.focus();
  box.selectionStart = box.selectionEnd = box.value.length - after.length;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const field = document.getElementById(event.target.dataset?.values ?? "");
  if (field) field.setAttribute("list", `values-${event.target.value}`);
});
