// Work that goes on: a job's page follows it as the server tells, or asks for itself where nothing is told.

const ASKED_EVERY = 3000;
let following = null;

// Only what has changed takes the place of what is there, so that nothing is read aloud twice and no focus is lost.
function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of fresh.querySelectorAll("#job [data-part]")) {
    const there = document.querySelector(`#job [data-part="${part.dataset.part}"]`);
    if (!there || there.innerHTML === part.innerHTML) continue;
    there.className = part.className;
    there.replaceChildren(...part.childNodes);
    window.htmx?.process(there);
  }
  // The title of the page is read from there, by every page (app.js).
  const [now, there] = [fresh, document].map((one) => one.querySelector("#job [data-title]"));
  if (now && there) document.title = there.dataset.title = now.dataset.title;
}

class Following {
  constructor(box) {
    this.box = box;
    this.source = new EventSource(box.dataset.events);
    this.source.addEventListener("job", (event) => this.told(event));
    this.source.addEventListener("over", (event) => {
      this.told(event);
      this.close();
      window.htmx?.ajax("GET", "/jobs/line", { target: "#work", select: "#work", swap: "outerHTML" });
    });
    this.source.onerror = () => {
      if (this.source.readyState === EventSource.CLOSED && !this.timer) this.timer = setInterval(() => this.ask(), ASKED_EVERY);
    };
  }

  told(event) {
    if (this.box.isConnected) put(event.data);
    else this.close();
  }

  async ask() {
    if (!this.box.isConnected) {
      this.close();
      return;
    }
    try {
      const answer = await fetch(location.pathname);
      if (!answer.ok) return;
      const text = await answer.text();
      put(text);
      if (!text.includes("data-events")) this.close();
    } catch {
      // It is asked again.
    }
  }

  close() {
    this.source.close();
    clearInterval(this.timer);
  }
}

function begin() {
  const box = document.querySelector("[data-events]");
  if (following && following.box !== box) {
    following.close();
    following = null;
  }
  if (box && !following) following = new Following(box);
}

document.addEventListener("htmx:afterSettle", begin);
begin();
