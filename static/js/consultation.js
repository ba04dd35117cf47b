/* The clock of a phase runs on from what the server said. When the phase moves on it is said to whoever hears
   the page, and what was typed and not sent stays in sight. Everything here also goes without this file, by
   looking again. */
"use strict";

const heard = new WeakMap();

function tick() {
  const clock = document.getElementById("phase-clock");
  if (!clock) return;
  if (!heard.has(clock)) heard.set(clock, performance.now());
  const left = Math.floor(Number(clock.dataset.left) - (performance.now() - heard.get(clock)) / 1000);
  const away = Math.abs(left);
  clock.querySelector("[data-minutes]").textContent = String(Math.floor(away / 60));
  clock.querySelector("[data-seconds]").textContent = String(away % 60).padStart(2, "0");
  clock.querySelector("[data-within]").hidden = left < 0;
  clock.querySelector("[data-beyond]").hidden = left >= 0;
  clock.closest(".room-now").classList.toggle("room-over", left < 0);
}
tick();
setInterval(tick, 500);

/* The form of a phase goes when the phase does: keep what stood in it. */
const typed = { phase: "", text: "" };

function remember() {
  const form = document.querySelector("#say form");
  typed.phase = form?.elements.phase.value ?? "";
  typed.text = form?.elements.text?.value ?? "";
}
document.addEventListener("input", remember);
document.addEventListener("submit", ({ target }) => {
  if (target.closest("#say")) typed.text = "";
});
const said = document.getElementById("phase-said");
let phase = document.querySelector("#beat")?.elements.phase.value;

function tell(now) {
  if (!now || now === phase) return;
  phase = now;
  said.textContent = document.getElementById("phase-title").textContent;
}
new MutationObserver(() => {
  const now = document.querySelector("#beat")?.elements.phase.value;
  tell(now);
  if (!typed.text.trim() || now === typed.phase) return;
  document.getElementById("unsent-text").textContent = typed.text;
  document.getElementById("unsent").hidden = false;
  typed.text = "";
}).observe(document.querySelector("main"), { childList: true, subtree: true });
