/* Small comforts. Every page works without this file; it holds no words of its own. */
"use strict";

const words = document.getElementById("toasts")?.dataset ?? {};

function toast(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = "kw-toast";
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = words.close;
  close.addEventListener("click", () => box.remove());
  const line = document.createElement("span");
  line.textContent = text;
  box.append(line, close);
  region.replaceChildren(box);
}

/* What htmx does not put into the page is said in a toast. */
document.addEventListener("htmx:response:error", (event) => {
  const status = event.detail.ctx?.response?.status ?? 0;
  if (status === 403 || status === 404) toast(words.refused);
  else if (status >= 500) toast(words.failed);
});
document.addEventListener("htmx:error", () => toast(navigator.onLine ? words.failed : words.offline));

/* <button data-confirm="Really?">: asks before its form is sent. */
function ask(question) {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "kw-dialog";
    const text = document.createElement("p");
    text.id = "dialog-question";
    text.textContent = question;
    dialog.setAttribute("aria-labelledby", text.id);
    const actions = document.createElement("form");
    actions.method = "dialog";
    actions.className = "kw-actions";
    for (const [value, label, look] of [["yes", words.yes, "primary"], ["no", words.no, "secondary"]]) {
      const button = document.createElement("button");
      button.value = value;
      button.className = `btn btn-${look}`;
      button.textContent = label;
      actions.append(button);
    }
    dialog.append(text, actions);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/* Another language brings one back to the same spot of the page. */
document.addEventListener("submit", ({ target }) => {
  const onward = target.querySelector("input[name=onward]");
  if (onward) onward.value = onward.value.split("#")[0] + location.hash;
});

/* Who signs out locks the lists on this device, in every tab. */
document.addEventListener("submit", ({ target }) => {
  if (target.action.endsWith("/sign-out")) new BroadcastChannel("kinderwerk-register").postMessage("lock");
});

const agreed = new WeakSet();
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || agreed.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(question)) {
    agreed.add(form);
    form.requestSubmit(submitter);
    agreed.delete(form);
  }
}, { capture: true });

/* A form that is on its way is not sent twice; an answer, or coming back, frees it. With
   <form data-often> each press is a deed of its own: htmx puts them in a row. */
const sent = new Set();
const free = (form) => {
  sent.delete(form);
  for (const busy of form.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
};
document.addEventListener("submit", (event) => {
  if (!sent.has(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.matches("form[method=post]:not([data-often])")) sent.add(event.target);
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx.sourceElement;
  if (form.matches("form")) free(form);
});
addEventListener("pageshow", () => [...sent].forEach(free));

/* <form data-guard>: the browser asks before typed text is left behind. */
const touched = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) touched.add(form);
});
document.addEventListener("submit", (event) => touched.delete(event.target));
addEventListener("beforeunload", (event) => {
  if ([...touched].some((form) => form.isConnected)) event.preventDefault();
});

/* In a long menu one sees where one is. */
for (const here of document.querySelectorAll(".kw-side nav [aria-current]")) here.scrollIntoView({ block: "nearest" });

/* Menus close by Escape and by pressing elsewhere. */
const open = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-print], [data-exit]");
  if (!element) return;
  event.preventDefault();
  if ("print" in element.dataset) print();
  else location.replace(element.href);
});

/* Errors come into view and are read out, on a fresh page and after a swap. */
const point = () => document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:after:settle", point);
point();

/* <button data-share="address" hidden>: hands a page to whom one likes, or copies its address. */
for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, shareTitle: title, shared } = button.dataset;
  if (!navigator.share && !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) await navigator.share({ title, url });
      else {
        await navigator.clipboard.writeText(url);
        toast(shared);
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  });
}

/* <button data-copy="text" data-copied="said then" hidden>: copies what else one would select. */
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied);
  });
}
