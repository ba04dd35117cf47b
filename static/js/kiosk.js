/* A tablet by the exit: each tap waits here under a number of its own until it was heard. In what
   order they were given is not kept. The page works without this file while there is a connection. */
"use strict";

const place = document.getElementById("kiosk");
const BOX = "kinderwerk-kiosk";
const PAUSE = 20_000;

/* The code that the camera read stands behind the address, where no server sees it. */
const code = document.querySelector("form[data-code] input[name=code]");
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  code.form.requestSubmit();
}

/* Going back stays here. */
history.pushState(null, "", location.href);
addEventListener("popstate", () => history.pushState(null, "", location.href));

if (place) begin(place.dataset);

function kept(id) {
  const found = JSON.parse(localStorage.getItem(BOX) ?? "null");
  return found?.kiosk === id ? found.answers : [];
}

/* A vote: what is stuck can be taken off again, and nobody sticks more than there are. */
function sticking(form, most) {
  const ideas = [...form.querySelectorAll("input[type=checkbox]")];
  const left = [...document.querySelectorAll(".kiosk-stickers .kiosk-sticker")];
  const stuck = () => ideas.filter(({ checked }) => checked).map(({ value }) => Number(value));
  const show = () => {
    const used = stuck().length;
    for (const idea of ideas) idea.disabled = used === most && !idea.checked;
    left.forEach((one, n) => one.classList.toggle("kiosk-used", n < used));
    form.querySelector("button").disabled = used === 0;
  };
  const begin = () => {
    form.reset();
    show();
  };
  form.addEventListener("change", show);
  begin();
  return { stuck, begin };
}

function begin({ kiosk, told, worker, waits, more, sent: all, lost }) {
  const [ask, thanks, state] = ["ask", "thanks", "state"].map((id) => document.getElementById(id));
  const form = ask.querySelector("form");
  const stickers = "most" in form.dataset && sticking(form, Number(form.dataset.most));
  let answers = kept(kiosk);
  let full = false;

  const keep = () => localStorage.setItem(BOX, JSON.stringify({ kiosk, answers }));
  const say = (text) => { state.textContent = text.replace("{n}", answers.length); };
  const turn = (done) => {
    ask.hidden = done;
    thanks.hidden = !done;
    (done ? thanks.querySelector("h2") : document.getElementById("main")).focus();
  };

  ask.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const steps = stickers ? stickers.stuck() : [Number(event.submitter.value)];
    const at = crypto.getRandomValues(new Uint32Array(1))[0] % (answers.length + 1);
    answers.splice(at, 0, { once: crypto.randomUUID(), steps });
    if (stickers) stickers.begin();
    keep();
    turn(true);
    send();
  }, { capture: true });

  thanks.querySelector("[data-next]").addEventListener("click", (event) => {
    event.preventDefault();
    turn(false);
  });

  /* Whoever asks while something is under way is heard after it: the connection may just be back. */
  let busy = false;
  let again = false;
  async function send() {
    again = busy;
    if (busy) return;
    busy = true;
    try {
      const body = JSON.stringify({ answers: answers.slice(0, 100) });
      const answer = await fetch(told, { method: "POST", body, headers: { "Content-Type": "application/json" } });
      if (answer.status === 410) return over();
      if (!answer.ok) throw new Error(answer.status);
      const { answers: heard, asks } = await answer.json();
      answers = answers.filter(({ once }) => !(once in heard) || heard[once] === "waits");
      full = answers.some(({ once }) => heard[once] === "waits");
      keep();
      if (!asks) return over();
      if (full) say(more);
      else if (answers.length) again = true;
      else if (state.textContent) say(all);
    } catch {
      if (answers.length) say(waits);
    } finally {
      busy = false;
    }
    if (again) send();
  }

  async function over() {
    const missed = answers.length;
    localStorage.removeItem(BOX);
    await caches.delete("kiosk");
    for (const one of await navigator.serviceWorker?.getRegistrations() ?? []) if (one.scope.endsWith("/kids/again/")) await one.unregister();
    if (missed) {
      ask.hidden = thanks.hidden = true;
      state.textContent = lost.replace("{n}", missed);
    } else location.replace(location.pathname);
  }

  /* What the page needs is kept as soon as it can be, its letters too: they come before the worker. */
  async function settle() {
    await navigator.serviceWorker.register(worker);
    await navigator.serviceWorker.ready;
    const used = performance.getEntriesByType("resource").map(({ name }) => name);
    const files = used.filter((name) => new URL(name).pathname.startsWith("/static/"));
    await (await caches.open("kiosk")).addAll(files);
  }

  const prepare = () => navigator.serviceWorker && settle().catch(() => {});
  prepare();
  addEventListener("online", prepare);
  addEventListener("online", send);
  setInterval(send, PAUSE);
  send();
}
