// What every live page of the desk shares: the stream of changes, sending forms, windows, keys, times, the badge and the sound.

const SETTINGS_KEY = "clearline.desk.settings";
const SILENCE_MILLISECONDS = 40_000; // The front door gives a sign of life every 15 seconds.
const SOUND_APART_MILLISECONDS = 1_500;
const LONGEST_WAIT_MILLISECONDS = 15_000;

export const element = (id) => document.getElementById(id);
const page = document.querySelector("[data-live]");
export const csrf = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRF-Token"] ?? "";

// ---- What is kept in this browser ----
export function kept(key, fallback) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Where the browser keeps nothing, it lives as long as the page.
  }
}

const settings = { singleKeys: true, sound: false, ...kept(SETTINGS_KEY, {}) };

// ---- Asking the front door ----
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status; // 0 when the front door could not be reached.
  }
}

export async function ask(address, fields) {
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrf };
  const body = fields && new URLSearchParams(fields);
  const signal = AbortSignal.timeout(LONGEST_WAIT_MILLISECONDS);
  const response = await fetch(address, { method: body ? "POST" : "GET", headers, body, signal, cache: "no-store" }).catch(() => null);
  if (!response) throw new Refused("The desk cannot be reached.", 0);
  if (response.ok) return response;
  const text = response.status < 500 ? await response.text() : "Something went wrong on our side. Try again.";
  throw new Refused(text.length < 500 ? text : `Refused (${response.status}).`, response.status >= 502 ? 0 : response.status);
}

// ---- One thing at a time: calls that come while it runs make it run once more, without any timer ----
export function coalesced(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof Refused)) console.error(error);
      }
    } while (again);
    running = false;
  };
}

// ---- The stream ----
const stream = element("stream");
let source = null;
let heardAt = 0;
let wasLost = false;

function streamState(text) {
  if (stream.textContent !== text) stream.textContent = text;
}

export function listen({ onChanges, onResync }) {
  let cursor = page.dataset.live;
  const open = () => {
    source?.close();
    heardAt = Date.now();
    source = new EventSource(`/desk/live?after=${cursor}`);
    source.onopen = () => {
      heardAt = Date.now();
      streamState("");
      // What was missed comes by id; asking for all of it once more costs one request.
      if (wasLost) onResync();
      wasLost = false;
    };
    source.onerror = () => {
      wasLost = true;
      streamState("Connection lost. Trying again…");
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2_000 + Math.random() * 2_000);
    };
    const on = (name, act) =>
      source.addEventListener(name, (event) => {
        heardAt = Date.now();
        cursor = event.lastEventId || cursor;
        act(event);
      });
    on("changes", (event) => onChanges(JSON.parse(event.data)));
    on("resync", onResync);
    on("beat", () => {});
    on("farewell", () => streamState("The desk restarts. Connecting again…"));
    on("signed-out", () => location.reload());
  };
  open();
  const wake = () => Date.now() - heardAt > SILENCE_MILLISECONDS && open();
  setInterval(wake, 10_000);
  for (const name of ["online", "pageshow", "focus"]) addEventListener(name, wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("pagehide", () => source.close());
}

// ---- Times ----
// As the partner's own clock shows them, wherever the browser is.
const timeZone = page.dataset.zone;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
const date = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short" });
const full = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function span(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

export function showTimes(root = document) {
  const now = new Date();
  for (const node of root.querySelectorAll("time[data-since]")) {
    const text = span(now - new Date(node.dateTime));
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of root.querySelectorAll("time[data-short]")) {
    const at = new Date(node.dateTime);
    node.title ||= node.textContent;
    node.textContent = (date.format(at) === date.format(now) ? clock : full).format(at);
  }
}
setInterval(showTimes, 15_000);

// ---- Badge and sound ----
const title = document.title;
let waiting = -1;
let audio = null;

export function showWaiting(count) {
  document.title = count ? `(${count}) ${title}` : title;
  if (waiting >= 0 && count > waiting) ring();
  waiting = count;
}

export function ring() {
  if (!settings.sound || !document.hidden || !audio) return;
  const last = kept("clearline.desk.rang", 0);
  if (Date.now() - last < SOUND_APART_MILLISECONDS) return; // Another tab has rung.
  keep("clearline.desk.rang", Date.now());
  play();
}

function play() {
  const at = audio.currentTime;
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
  for (const [pitch, delay] of [[660, 0], [880, 0.14]]) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start(at + delay);
    tone.stop(at + 0.5);
  }
  page.dataset.rang = String(Number(page.dataset.rang ?? 0) + 1);
}

// Browsers let a page make sounds only after somebody has used it.
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (audio ??= new AudioContext()), { once: true });

// ---- Windows ----
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener && !opener.disabled) openWindow(opener.dataset.open);
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

export function openWindow(id) {
  const dialog = element(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
}

// ---- Forms that do something: sent without leaving the page, what goes wrong is said where the form is ----
export function tell(text, where = element("problem")) {
  if (where) where.textContent = text;
}

export function onDeeds(onDone) {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-deed]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const where = form.querySelector("[data-problem]") ?? element("problem");
    tell("", where);
    try {
      const response = await ask(form.getAttribute("action"), new FormData(form));
      const answer = await response.json().catch(() => ({}));
      const next = response.headers.get("HX-Redirect");
      if (next) location.assign(next);
      form.closest("dialog")?.close();
      if (form.dataset.deed !== "undo") form.reset();
      tell(answer.warning ?? "");
      await onDone(form, answer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(error.message, where);
    } finally {
      delete form.dataset.busy;
    }
  });
}

// ---- Keys ----
const switches = { "single-keys": "singleKeys", sound: "sound" };
for (const [id, name] of Object.entries(switches)) {
  const box = element(id);
  if (!box) continue;
  box.checked = settings[name];
  box.addEventListener("change", () => {
    settings[name] = box.checked;
    keep(SETTINGS_KEY, settings);
    if (name === "sound" && box.checked && audio) play();
  });
}

const isTyping = (node) => node.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])") || node.isContentEditable;

// Single keys act only where nobody types and no window is open, and can be switched off (WCAG 2.1.4).
export function onKeys(actions) {
  const all = {
    "?": () => openWindow("shortcuts"),
    "/": () => {
      const box = document.querySelector("[data-search]") ?? document.querySelector("input[type=search]:not(dialog *)");
      if (box) box.focus();
      else location.assign("/desk/chats");
    },
    b: () => location.assign("/desk/chats"),
    ...actions,
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) {
      event.target.blur();
      all.Escape?.();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = all[event.key];
    if (!act || (event.key.length === 1 && !settings.singleKeys)) return;
    if (act(event) !== false) event.preventDefault();
  });
}

showTimes();
