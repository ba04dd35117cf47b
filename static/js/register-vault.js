/* What a device keeps of lists. Names lie under a key that a PIN unwraps and that no script can take
   out; ticks are ids and lie open, so that they outlive the names and can still be sent. */

const NAME = "kinderwerk-register";
const ROUNDS = 900_000;
export const TRIES = 5;
export const NAMES_STAY = 72 * 3600_000;

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const { result: made } = request;
    made.createObjectStore("facts");
    made.createObjectStore("lists");
    made.createObjectStore("changes", { keyPath: "id" });
  };
  return asked(request);
}

const encoded = (text) => new TextEncoder().encode(text);
const fresh = (length) => crypto.getRandomValues(new Uint8Array(length));

async function keyOf(pin, salt, rounds) {
  const typed = await crypto.subtle.importKey("raw", encoded(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, typed,
    { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"],
  );
}

export class Vault {
  #db;
  #key = null;

  static async open() {
    const vault = new Vault();
    vault.#db = await opened();
    return vault;
  }

  get locked() {
    return this.#key === null;
  }

  #store(name, mode = "readonly") {
    return this.#db.transaction(name, mode, { durability: "strict" }).objectStore(name);
  }

  #written(store, deed) {
    const handle = this.#store(store, "readwrite");
    const done = new Promise((resolve, reject) => {
      handle.transaction.oncomplete = resolve;
      handle.transaction.onerror = handle.transaction.onabort = () => reject(handle.transaction.error);
    });
    deed(handle);
    return done;
  }

  facts() {
    return asked(this.#store("facts").get("facts")).then((found) => found ?? {});
  }

  async note(more) {
    const facts = { ...(await this.facts()), ...more };
    await this.#written("facts", (store) => store.put(facts, "facts"));
    return facts;
  }

  /* A new key under a new PIN. Names of before go; ticks stay, of whomever they are. */
  async begin(pin, facts) {
    await this.dropNames();
    const salt = fresh(16);
    const vector = fresh(12);
    const guard = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
    const inner = await crypto.subtle.wrapKey("raw", made, await keyOf(pin, salt, ROUNDS), { name: "AES-GCM", iv: vector });
    const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv: vector }, guard, inner);
    await this.note({ ...facts, salt, vector, guard, wrapped, rounds: ROUNDS, tries: TRIES });
    await this.unlock(pin);
  }

  /* A try counts before it is made: closing the page gives none back. */
  async unlock(pin) {
    const { salt, vector, guard, wrapped, rounds, tries } = await this.facts();
    if (!wrapped || tries < 1) return false;
    await this.note({ tries: tries - 1 });
    try {
      const inner = await crypto.subtle.decrypt({ name: "AES-GCM", iv: vector }, guard, wrapped);
      this.#key = await crypto.subtle.unwrapKey(
        "raw", inner, await keyOf(pin, salt, rounds), { name: "AES-GCM", iv: vector },
        { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
      );
    } catch {
      if (tries <= 1) await this.dropNames();
      return false;
    }
    await this.note({ tries: TRIES });
    return true;
  }

  lock() {
    this.#key = null;
  }

  async dropNames() {
    this.lock();
    await this.#written("lists", (store) => store.clear());
    await this.note({ wrapped: null, guard: null, key: null, taken: null });
    const changes = await this.changes();
    await this.#written("changes", (store) => {
      for (const one of changes) if (one.words) store.put({ ...one, words: null, lost: true });
    });
  }

  async seal(value) {
    const iv = fresh(12);
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, encoded(JSON.stringify(value))) };
  }

  async unseal({ iv, data }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.#key, data)));
  }

  async lists() {
    const all = await asked(this.#store("lists").getAll());
    return Promise.all(all.map((one) => this.unseal(one)));
  }

  async keepLists(lists) {
    const sealed = await Promise.all(lists.map((one) => this.seal(one)));
    await this.#written("lists", (store) => {
      store.clear();
      lists.forEach((one, n) => store.put(sealed[n], one.id));
    });
  }

  async keepList(list) {
    const sealed = await this.seal(list);
    await this.#written("lists", (store) => store.put(sealed, list.id));
  }

  async changes(person = null) {
    const all = await asked(this.#store("changes").getAll());
    return all.filter((one) => !person || one.person === person).sort((one, other) => one.seq - other.seq);
  }

  /* The next number of this device, also where two pages are open. */
  async number() {
    const handle = this.#store("facts", "readwrite");
    const facts = (await asked(handle.get("facts"))) ?? {};
    const seq = (facts.seq ?? 0) + 1;
    await asked(handle.put({ ...facts, seq }, "facts"));
    return seq;
  }

  /* What names somebody is sealed; a tick is not. The list and the tick are written one after the
     other, the tick first: what is shown as noted was kept. */
  async tell(change, words = null) {
    const kept = { ...change, words: words && (await this.seal(words)) };
    await this.#written("changes", (store) => store.put(kept));
  }

  async forget(ids) {
    await this.#written("changes", (store) => ids.forEach((id) => store.delete(id)));
  }
}
