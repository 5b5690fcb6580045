// A table on its way from a page to the same page opened anew: too large for the tab's storage, so in the browser's database.

const STORE = "tables";
const LONGEST_STAY_MS = 3_600_000; // what nobody has come back for goes when the next one is put there

/** Keeps `bytes` and resolves to their number; to undefined where the browser keeps nothing. */
export async function keepTable(bytes) {
  if (!bytes) return undefined;
  return attemptWith("readwrite", async (store) => {
    const longAgo = IDBKeyRange.upperBound(Date.now() - LONGEST_STAY_MS);
    await answer(store.delete(longAgo));
    return answer(store.put(bytes, Date.now() + Math.random())); // two pages may come at one millisecond
  });
}

/** Takes the bytes of that number away and resolves to them; to undefined if they are not there. */
export async function takeTable(number) {
  if (typeof number !== "number") return undefined;
  return attemptWith("readwrite", async (store) => {
    const bytes = await answer(store.get(number));
    await answer(store.delete(number));
    return bytes instanceof ArrayBuffer ? bytes : undefined;
  });
}

/** A browser may have no database, refuse it, or have no room in it. */
async function attemptWith(mode, work) {
  try {
    const database = await opened();
    try {
      return await work(database.transaction(STORE, mode).objectStore(STORE));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function opened() {
  const request = indexedDB.open("descent-lab", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return answer(request);
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}
