/* Asks the device for a passkey. Forms with data-passkey stay hidden where a browser cannot do it. */
"use strict";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function question(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token?.value ?? "" });
  const answer = await fetch(form.dataset.question, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    for (const known of options[name] ?? []) known.id = bytes(known.id);
  }
  return options;
}

/* Returns what the server reads, from browsers old and new. */
function told(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  document.querySelector("[data-no-passkey]")?.remove();
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const publicKey = await question(form);
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.answer.value = told(credential);
      form.submit();
    } catch {
      failed.classList.add("kw-error");
      failed.hidden = false;
    }
  });
}
