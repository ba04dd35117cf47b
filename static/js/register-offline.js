/* Lists for when there is no connection. What is noted is kept first, shown then, sent when it can be. */
import { NAMES_STAY, TRIES, Vault } from "./register-vault.js";

const words = document.body.dataset;
const at = (id) => document.getElementById(id);
const said = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const IDLE = 10 * 60_000;
const AGAIN = 20_000;
const MOST = 100;

const vault = await Vault.open();
let lists = [];
let here = null;
let tap = null; // the last one counted, to take it back
let sending = false;
let telling = null;
let touched = Date.now();
const tabs = new BroadcastChannel("kinderwerk-register");

/* ---- what is shown ---- */

function show(part) {
  for (const each of document.querySelectorAll("[data-part]")) each.hidden = each.dataset.part !== part;
  at(part)?.querySelector("[data-first]")?.focus();
}

function warn(text) {
  at("said").textContent = text;
  at("said").hidden = !text;
}

function made(template, parent) {
  const one = at(template).content.firstElementChild.cloneNode(true);
  parent.append(one);
  return one;
}

const part = (element, name) => element.querySelector(`[data-is="${name}"]`);
const clock = (moment) => new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const day = (moment) => new Date(moment).toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" });

async function showState() {
  const facts = await vault.facts();
  const waiting = (await vault.changes()).length;
  const mine = facts.person ? (await vault.changes(facts.person)).length : 0;
  const told = waiting
    ? said(waiting === 1 ? words.waitsOne : words.waits, { n: waiting })
    : facts.sent ? said(words.sent, { time: clock(facts.sent) }) : words.nothing;
  at("state").textContent = navigator.onLine ? told : `${words.offline} ${waiting ? told : ""}`.trim();
  at("state").dataset.waiting = waiting;
  at("others").hidden = waiting === mine;
  at("others").textContent = said(words.others, { n: waiting - mine });
}

function showLists() {
  here = null;
  tap = null;
  const parent = at("sessions");
  parent.replaceChildren();
  for (const one of lists) {
    const row = made("session", parent);
    part(row, "when").textContent = clock(one.starts);
    part(row, "day").textContent = day(one.starts);
    part(row, "title").textContent = one.title;
    part(row, "title").addEventListener("click", () => showList(one.id));
    part(row, "place").textContent = one.place;
  }
  at("empty").hidden = lists.length > 0;
  show("lists");
}

function showList(id) {
  here = lists.find((one) => one.id === id);
  if (!here) return showLists();
  at("title").textContent = here.title;
  at("times").textContent = `${day(here.starts)}, ${clock(here.starts)} – ${clock(here.ends)}${here.place ? `, ${here.place}` : ""}`;
  at("closed").hidden = !here.closed;
  at("off").hidden = !here.calledOff;
  at("walk-in").hidden = !(here.door && here.named);
  const parent = at("children");
  parent.replaceChildren();
  for (const child of here.children) showChild(child, made("child", parent));
  showCounts();
  showTotals();
  showTold();
  show("list");
}

function showTotals() {
  const counted = Object.values(here.boxes).reduce((sum, n) => sum + n, 0);
  const there = here.children.filter((child) => child.presence === "present").length;
  const left = here.children.filter((child) => !child.presence).length;
  at("totals").textContent = said(there + counted === 1 ? words.thereOne : words.there, { n: there + counted });
  at("todo").textContent = left ? said(words.todo, { n: left }) : "";
}

function showTold() {
  at("problems").replaceChildren();
  for (const one of here.told ?? []) {
    const row = made("problem", at("problems"));
    part(row, "who").textContent = one.name;
    part(row, "what").textContent = [words[one.outcome], one.why, one.stood && said(words.stood, { what: words[one.stood] ?? one.stood })].filter(Boolean).join(" ");
    part(row, "seen").addEventListener("click", async () => {
      here.told = here.told.filter((other) => other !== one);
      await vault.keepList(here);
      showTold();
    });
  }
}

const MARKS = ["present", "absent", "excused"];

function showChild(child, row) {
  row.id = `child-${child.id}`;
  row.className = `reg-line${child.presence ? ` reg-${child.presence}` : ""}`;
  part(row, "name").textContent = child.name;
  part(row, "waits").hidden = !child.waits;
  part(row, "photos").hidden = !child.noPhotos;
  part(row, "alone").hidden = !child.alone;
  part(row, "away").hidden = !(child.away && !child.presence);
  part(row, "rule").hidden = !child.rule;
  part(row, "rule-words").textContent = child.rule;
  part(row, "note").hidden = !child.note;
  part(row, "note-words").textContent = child.note;
  const call = part(row, "call");
  call.hidden = !child.call.dial;
  call.href = `tel:${child.call.dial}`;
  call.setAttribute("aria-label", said(words.call, { name: child.call.name, child: child.name, number: child.call.number }));
  const gone = part(row, "gone");
  const left = child.left !== null && child.left !== undefined;
  gone.hidden = !left;
  part(row, "gone-words").textContent = child.left ? said(words.goneWith, { who: child.left }) : words.goneAlone;
  part(row, "marks").hidden = left || here.closed;
  for (const mark of MARKS) {
    const button = part(row, mark);
    button.setAttribute("aria-pressed", String(child.presence === mark));
    button.onclick = () => note(child, "mark", { presence: child.presence === mark ? null : mark });
  }
  part(row, "back").onclick = () => note(child, "stay", {});
  showGoing(child, part(row, "going"), left);
}

function showGoing(child, going, left) {
  going.hidden = left || child.presence !== "present" || here.closed || Boolean(child.fresh);
  const parent = part(going, "whom");
  parent.replaceChildren();
  if (child.alone) whom(parent, words.alone, () => note(child, "leave", {}, { who: "", why: "" }));
  for (const who of child.fetchers) whom(parent, who, () => note(child, "leave", {}, { who, why: "" }));
  whom(parent, words.else, () => askElse(child));
}

function whom(parent, label, deed) {
  const button = made("whom", parent);
  button.textContent = label;
  button.addEventListener("click", deed);
}

function askElse(child) {
  const dialog = at("else");
  part(dialog, "rule").textContent = child.rule || (child.fetchers.length ? said(words.only, { names: child.fetchers.join(", ") }) : words.nobody);
  dialog.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    const { who, why } = Object.fromEntries(new FormData(event.target));
    if (!who.trim() || !why.trim()) return;
    event.target.reset();
    dialog.close();
    note(child, "leave", {}, { who: who.trim(), why: why.trim() });
  };
  dialog.showModal();
}

function showCounts() {
  const parent = at("counts");
  parent.replaceChildren();
  at("count").hidden = !here.kinds.length || here.closed;
  for (const band of here.bands) {
    for (const kind of here.kinds) {
      const row = made("counter", parent);
      const box = `${band.value}:${kind.value}:unasked`;
      const label = `${band.label}, ${kind.label}`;
      part(row, "kind").textContent = label;
      part(row, "n").textContent = here.boxes[box] ?? 0;
      for (const [name, by] of [["more", 1], ["less", -1]]) {
        const button = part(row, name);
        button.setAttribute("aria-label", said(words[name], { what: label }));
        button.onclick = () => count({ band: band.value, known: kind.value, box, by, label });
      }
    }
  }
  at("undo").hidden = !tap || here.closed;
  at("undo-what").textContent = tap ? `${tap.label}: ${tap.by > 0 ? "+1" : "\u22121"}` : "";
}

/* ---- what is noted ---- */

async function tell(kind, child, value, secret = null) {
  const { person, device } = await vault.facts();
  const change = {
    id: crypto.randomUUID(), seq: await vault.number(), person, device, kind, value,
    occurrence: here.id, child: child?.fresh ? null : child?.id ?? null,
    base: child?.turn ?? 0, at: new Date().toISOString(),
  };
  await vault.tell(change, secret);
  return change;
}

async function note(child, kind, value, secret = null) {
  if (child.fresh) return;
  await tell(kind, child, value, secret);
  if (kind === "mark") child.presence = value.presence;
  if (kind === "mark" && value.presence !== "present") child.left = null;
  if (kind === "leave") child.left = secret.who;
  if (kind === "stay") child.left = null;
  child.waits = true;
  await noted(() => showChild(child, at(`child-${child.id}`)));
}

async function count(wanted, last = wanted) {
  const { band, known, box, by } = wanted;
  if ((here.boxes[box] ?? 0) + by < 0) return;
  await tell("count", null, { band, known, by, gender: "unasked" });
  here.boxes[box] = (here.boxes[box] ?? 0) + by;
  tap = last;
  await noted(showCounts);
}

at("undo-tap").onclick = () => tap && count({ ...tap, by: -tap.by }, null);

async function letIn(form) {
  const typed = Object.fromEntries(new FormData(form));
  const name = typed.first_name.trim();
  if (!name) return;
  const secret = {
    ...typed, first_name: name, agreed: typed.agreed === "y",
    alone: typed.alone === "y", parent: typed.parent.trim() || said(words.parent, { name }),
  };
  const { id } = await tell("walk_in", null, {}, secret);
  here.children.push({
    id, fresh: true, name: `${name} ${typed.surname ?? ""}`.trim(), presence: "present", turn: 0, left: null,
    waits: true, fetchers: [], rule: "", note: "", alone: secret.alone,
    call: { name: secret.parent, number: typed.phone, dial: typed.phone.replace(/[^\d+]/g, "") },
  });
  form.reset();
  form.closest("details").open = false;
  await noted(() => showList(here.id));
}

async function noted(redraw) {
  await vault.keepList(here);
  redraw();
  showTotals();
  await showState();
  clearTimeout(telling);
  telling = setTimeout(send, 800);
}

/* ---- what is sent ---- */

async function ask(path, body) {
  const { key } = await vault.facts();
  return fetch(path, {
    method: "POST", credentials: "omit", cache: "no-store",
    headers: { "Content-Type": "application/json", Authorization: `Device ${await vault.unseal(key)}` },
    body: JSON.stringify(body),
  });
}

async function opened(change) {
  const { id, seq, occurrence, child, kind, base, at: when } = change;
  const value = change.words ? await vault.unseal(change.words) : change.value;
  return { id, seq, occurrence, child, kind, base, at: when, value };
}

async function send() {
  if (sending || vault.locked || !navigator.onLine) return;
  sending = true;
  try {
    const { person } = await vault.facts();
    let changes = await vault.changes(person);
    await dropLost(changes);
    changes = changes.filter((one) => !one.lost).slice(0, MOST);
    if (!changes.length) return;
    const answer = await ask("/offline/sync", {
      now: new Date().toISOString(), changes: await Promise.all(changes.map(opened)),
    });
    if (!answer.ok) return await refused(answer.status);
    await taken(changes, await answer.json());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no connection after all: it waits
  } finally {
    sending = false;
    await showState();
  }
}

/* Words that went with the names can be sent no more, and that is said. */
async function dropLost(changes) {
  const lost = changes.filter((one) => one.lost);
  if (!lost.length) return;
  await vault.forget(lost.map((one) => one.id));
  warn(said(words.lost, { n: lost.length }));
}

async function taken(changes, { answers, lists: states, now }) {
  const sent = new Map(changes.map((one) => [one.id, one]));
  for (const answer of answers) {
    const change = sent.get(answer.id);
    const list = lists.find((one) => one.id === change.occurrence);
    if (list) settle(list, change, answer);
  }
  await vault.forget(answers.map((one) => one.id));
  const waiting = new Set((await vault.changes()).flatMap((one) => [one.child, one.occurrence]));
  for (const state of states) {
    const list = lists.find((one) => one.id === state.id);
    if (list) renewed(list, state, waiting);
  }
  await vault.keepLists(lists);
  await vault.note({ sent: new Date().toISOString(), slow: new Date(now) - Date.now() });
  if (here) showList(here.id);
}

function settle(list, change, { outcome, why, child: id, stood }) {
  const child = list.children.find((one) => one.id === (change.kind === "walk_in" ? change.id : change.child));
  if (child && change.kind === "walk_in" && id) Object.assign(child, { id, fresh: false });
  if (["applied", "same"].includes(outcome)) return;
  list.told = [...(list.told ?? []), {
    outcome, why, name: child?.name ?? words.count, stood: stood?.left_with ?? stood?.presence,
  }];
  if (child?.fresh) list.children = list.children.filter((one) => one !== child);
}

/* What the server says stands, but for what was noted here since. */
function renewed(list, state, waiting) {
  Object.assign(list, { closed: state.closed, calledOff: state.calledOff });
  if (!waiting.has(list.id)) list.boxes = state.boxes;
  for (const child of list.children) {
    child.waits = waiting.has(child.id) || Boolean(child.fresh);
    if (child.waits) continue;
    const { presence = null, left = null, turn = 0 } = state.children[child.id] ?? {};
    Object.assign(child, { presence, left, turn });
  }
}

async function refused(status) {
  if (status !== 401 && status !== 410) return;
  await vault.dropNames();
  lists = [];
  warn(words.ended);
  await start();
}

async function fetchLists() {
  await send();
  const { person } = await vault.facts();
  if (!navigator.onLine || vault.locked || (await vault.changes(person)).length) return;
  try {
    const answer = await ask("/offline/lists", {});
    if (!answer.ok) return await refused(answer.status);
    const { lists: found, now, tablet } = await answer.json();
    if (vault.locked) return;
    const told = new Map(lists.map((one) => [one.id, one.told ?? []]));
    lists = found.map((one) => ({ ...one, told: told.get(one.id) ?? [] }));
    await vault.keepLists(lists);
    await vault.note({ taken: Date.now(), slow: new Date(now) - Date.now(), tablet });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/* ---- who may look ---- */

async function setUp(form) {
  const { pin, again } = Object.fromEntries(new FormData(form));
  form.reset();
  if (!/^\d{6}$/.test(pin)) return warn(words.sixDigits);
  if (pin !== again) return warn(words.notSame);
  const occurrence = new URLSearchParams(location.search).get("tablet") ?? "";
  const before = await fetch("/offline/devices", { headers: { Accept: "application/json" }, cache: "no-store" });
  if ([403, 404].includes(before.status)) return warn(words.notYou);
  if (!before.ok || before.redirected) return warn(words.signIn);
  const { token, person } = await before.json();
  const facts = await vault.facts();
  const body = new URLSearchParams({ csrf_token: token, occurrence, again: facts.person === person ? facts.device ?? "" : "" });
  const answer = await fetch("/offline/devices", { method: "POST", body, cache: "no-store" });
  if (!answer.ok) return warn(words.failed);
  const { id, key } = await answer.json();
  await vault.begin(pin, { person, device: id, taken: Date.now() });
  await vault.note({ key: await vault.seal(key) });
  warn("");
  await enter();
}

async function unlock(form) {
  const { pin } = Object.fromEntries(new FormData(form));
  form.reset();
  if (await vault.unlock(pin)) {
    warn("");
    return enter();
  }
  const { tries } = await vault.facts();
  warn(tries ? said(words.wrong, { n: tries }) : words.wrongAll);
  if (!tries) await start();
}

async function enter() {
  touched = Date.now();
  lists = await vault.lists();
  await dropNotes();
  wanted();
  await fetchLists();
  lists = [...lists].sort((one, other) => one.starts.localeCompare(other.starts));
  wanted();
  await showState();
}

/* Whoever locked meanwhile, in this tab or another, is shown nothing any more. */
function wanted() {
  if (vault.locked) return;
  const id = here?.id ?? location.hash.slice(1);
  if (lists.some((one) => one.id === id)) showList(id);
  else showLists();
}

async function lock() {
  vault.lock();
  at("else").close();
  lists = [];
  here = null;
  for (const id of ["children", "sessions", "problems"]) at(id).replaceChildren();
  await start();
}

async function signOut() {
  tabs.postMessage("lock");
  await lock();
  try {
    const { token } = await (await fetch("/offline/devices", { cache: "no-store" })).json();
    await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ csrf_token: token }) });
  } catch {
    // not signed in, or no connection: what counts here is locked
  }
}

const stale = (taken) => Boolean(taken) && Math.abs(Date.now() - taken) > NAMES_STAY;

/* By the clock and not by a timer, for a timer sleeps with its device. */
async function watch() {
  const { wrapped, taken } = await vault.facts();
  const idle = !vault.locked && Date.now() - touched > IDLE;
  if (wrapped && (idle || stale(taken))) await lock();
  await dropNotes();
}

/* What must be known of a child's health goes when its window closes, names or not. */
async function dropNotes() {
  const { slow = 0 } = await vault.facts();
  const over = lists.filter((one) => one.notesUntil && Date.parse(one.notesUntil) < Date.now() + slow);
  if (vault.locked || !over.length) return;
  for (const one of over) {
    one.notesUntil = null;
    for (const child of one.children) child.note = "";
  }
  await vault.keepLists(lists);
  if (here) showList(here.id);
}

async function start() {
  const { wrapped, taken } = await vault.facts();
  const old = stale(taken);
  if (old) {
    await vault.dropNames();
    warn(words.old);
  }
  show(wrapped && !old ? "lock" : "begin");
  await showState();
}

for (const [id, deed] of [["begin-form", setUp], ["lock-form", unlock], ["walk-in-form", letIn]]) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    deed(event.target);
  });
}
at("back").addEventListener("click", showLists);
for (const button of document.querySelectorAll("[data-lock]")) button.addEventListener("click", signOut);
at("again").addEventListener("click", async () => {
  await fetchLists();
  wanted();
});

addEventListener("online", async () => {
  await showState();
  await send();
});
addEventListener("offline", showState);
setInterval(send, AGAIN);
setInterval(watch, AGAIN);
addEventListener("visibilitychange", watch);
tabs.addEventListener("message", lock);
for (const event of ["pointerdown", "keydown"]) {
  addEventListener(event, () => {
    if (Date.now() - touched > IDLE) watch();
    else touched = Date.now();
  });
}

if ("serviceWorker" in navigator) {
  const kept = await navigator.serviceWorker.register("/offline/worker.js", { scope: "/offline/" });
  if (navigator.onLine) kept.active?.postMessage("renew");
}
navigator.storage?.persist?.();
at("tries").textContent = said(words.tries, { n: TRIES });
await start();
document.body.dataset.ready = "yes";
