/* What a child tells in confidence: one page for all steps, and nothing of it left behind. */
"use strict";

const main = document.getElementById("main");

/* <form data-step>: the answer takes the place of this step, without a step to go back to. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-step]") || event.defaultPrevented) return;
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  event.submitter?.setAttribute("aria-busy", "true");
  try {
    const body = form.enctype === "multipart/form-data" ? sent : new URLSearchParams(sent);
    const answer = await fetch(form.action, { method: "POST", body, cache: "no-store", redirect: "error" });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    toast(words.offline);
  } finally {
    event.submitter?.removeAttribute("aria-busy");
  }
}, { capture: true });

function show(page) {
  const next = page.getElementById("main");
  if (!next) return location.replace(document.querySelector("[data-leave]").href);
  main.replaceChildren(...next.childNodes);
  const old = document.querySelector(".kw-honest");
  const honest = page.querySelector(".kw-honest");
  if (old && honest) old.replaceWith(honest);
  else old?.remove();
  (main.querySelector("[data-focus]") ?? main).focus();
  scrollTo(0, 0);
}

/* Who leaves, by whatever way, leaves an empty page; who comes back to it is led away. */
addEventListener("pagehide", () => {
  document.body.replaceChildren();
  sessionStorage.clear();
});
addEventListener("pageshow", (event) => {
  if (event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward") location.replace("/kids/leave");
});
