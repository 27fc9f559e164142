// What every page does: notices close, keys reach what they stand for, the menu folds on small screens.

const typing = (element) =>
  element instanceof HTMLElement && (element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName));

document.addEventListener("click", (event) => {
  const close = event.target.closest?.(".notice .close");
  if (close) close.closest(".notice").remove();
});

// A key stands beside what it does: data-key="c" on a button or a link; data-also is what it is called on another page,
// and works untold. Only what is seen is reached.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-key='/']");
    if (box) {
      event.preventDefault();
      box.focus();
    }
    return;
  }
  const current = document.querySelector("[data-current]");
  const scopes = current ? [current, document] : [document];
  for (const scope of scopes) {
    const key = CSS.escape(event.key);
    for (const found of scope.querySelectorAll(`[data-key="${key}"], [data-also="${key}"]`)) {
      if (found.offsetParent !== null && !found.disabled) {
        event.preventDefault();
        found.click();
        return;
      }
    }
  }
});

// A form that was sent may lead to another state of this page: then its address stands above it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, requestConfig } = event.detail;
  if (target?.id !== "main" || requestConfig.verb === "get" || !xhr.responseURL) return;
  if (requestConfig.elt?.closest("[hx-push-url], [hx-replace-url]")) return;
  const there = new URL(xhr.responseURL);
  const asked = new URL(requestConfig.path, location.href);
  if (there.origin === location.origin && there.pathname === location.pathname && there.href !== asked.href && there.search !== location.search)
    history.pushState({ htmx: true }, "", there);
});

// The answer to a form that was sent tells where it went: what reads the page aloud is led there.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "main") {
    const focus = document.querySelector("#main [autofocus]");
    if (focus) focus.focus();
  }
  document.title = document.querySelector("#main [data-title]")?.dataset.title ?? document.title;
});

document.addEventListener("htmx:sendError", () => tell("The server cannot be reached. Nothing was changed."));

export function tell(text) {
  const notices = document.getElementById("notices");
  const notice = document.createElement("div");
  notice.className = "notice bad";
  const words = document.createElement("p");
  words.textContent = text;
  notice.append(words);
  notices.replaceChildren(notice);
}

// On a small screen the menu starts closed; without a script it stays open.
const menu = document.getElementById("menu");
if (menu && window.matchMedia("(max-width: 60rem)").matches) menu.open = false;
