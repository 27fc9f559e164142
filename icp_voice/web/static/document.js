// The document: the section that is read is marked in the contents, and a menu of files closes when something else is used.

const menus = () => document.querySelectorAll("details.files-of[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) {
    if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

let watched = null;

function watch() {
  watched?.disconnect();
  const links = new Map([...document.querySelectorAll(".document .toc a")].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  watched = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
      const first = [...links.keys()].find((id) => seen.has(id));
      for (const [id, link] of links) {
        if (id === first) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-10% 0px -70% 0px" },
  );
  for (const section of document.querySelectorAll(".document .paper > section")) watched.observe(section);
}

watch();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "main") watch();
});
