/* The pages of children: reading aloud with a voice of this device, and leaving no trail of pages.
   Every page works without this file; it keeps nothing. */
"use strict";

/* <a data-replace>: the page that opens takes the place of this one, so that going back skips it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-replace], a[data-leave]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("leave" in link.dataset) {
    globalThis.speechSynthesis?.cancel();
    sessionStorage.clear();
    document.body.replaceChildren();
  }
  location.replace(link.href);
}, { capture: true });

/* A voice that is not of this device would send the words to somebody else: those are never used. */
const speech = globalThis.speechSynthesis;
const button = document.querySelector("[data-listen]");

function voice() {
  const language = document.documentElement.lang.split("-")[0].toLowerCase();
  return speech.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));
}

function aloud() {
  const told = document.querySelectorAll("main :is(h1, h2, p, li, legend, label, .kw-big-choice, button)");
  const seen = [...told].filter((one) => !one.parentElement.closest("li, p, label, .kw-big-choice, button") && one.checkVisibility());
  return seen.map((one) => one.textContent.trim()).filter(Boolean).join(". ");
}

function offer() {
  button.hidden = !voice();
}

function hush() {
  speech.cancel();
  button.setAttribute("aria-pressed", "false");
}

if (speech && button) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return hush();
    const said = new SpeechSynthesisUtterance(aloud());
    said.voice = voice();
    said.lang = said.voice.lang;
    said.addEventListener("end", hush);
    said.addEventListener("error", hush);
    button.setAttribute("aria-pressed", "true");
    speech.speak(said);
  });
  addEventListener("pagehide", hush);
}
