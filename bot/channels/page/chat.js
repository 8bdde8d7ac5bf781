// The plain chat of the demo partner's page, on POST and GET /api/messages. No framework and no build: this is the whole of it.
import { piecesOf, safeAddress } from "./chat-text.js";

const STORE_KEY = "clearline.chat";
const POLL_MILLISECONDS = 5_000;
const AGENT_POLL_MILLISECONDS = 2_500; // While somebody answers, so that one sees them write.
const BOT_POLL_MILLISECONDS = 20_000; // A colleague may step in by themselves.
const TYPING_MILLISECONDS = 3_000;
const SLOWEST_POLL_MILLISECONDS = 60_000;
const LONGEST_WAIT_MILLISECONDS = 45_000; // More than the front door waits for a turn and an answer together.

const element = (id) => document.getElementById(id);
const WORDS = { en: {}, hu: {} };
for (const entry of element("words").content.querySelectorAll("[data-name]")) {
  for (const one of entry.children) WORDS[one.lang][entry.dataset.name] = one.textContent;
}
// The front door's codes that have no sentence of their own here.
const ERRORS = { text_too_long: "too_long", too_large: "too_long", bad_request: "refused", conflict: "internal", unavailable: "internal" };
// Sending the same again cannot help with these.
const FINAL = new Set(["too_long", "empty_text", "unknown_button", "refused"]);

const [log, list, form, input, notice] = ["log", "messages", "form", "chat-text", "notice"].map(element);
const switches = document.querySelectorAll("[data-language]");
const kept = { language: null, token: null, conversation: null, secret: null, unsent: [] };
withStorage((storage) => Object.assign(kept, JSON.parse(storage.getItem(STORE_KEY) ?? "{}")));
let chatLanguage = "en";
let speaker = "bot";
let cursor = 0; // Everything up to this id has come by GET; answers to POST may be ahead of it.
let inFlight = 0;
let pollDelay = POLL_MILLISECONDS;
let pollTimer = 0;
let writer = null; // Name of the colleague who writes just now.
let toldTypingAt = 0;
let sending = Promise.resolve();
const shown = new Map(); // id -> entry in the log
const own = new Map(); // client_id -> entry in the log

function withStorage(use) {
  try {
    use(sessionStorage);
  } catch {
    // Where the browser allows none, the conversation lives as long as the page.
  }
}

const save = () => withStorage((storage) => storage.setItem(STORE_KEY, JSON.stringify(kept)));

// ---- Words ----
function word(node, name) {
  const text = (WORDS[chatLanguage][name] ?? "").replace("{who}", node.dataset.who ?? "");
  node.dataset.word = name;
  // The same text again would be read out again.
  if (node.textContent !== text) node.textContent = text;
  return node;
}

function speak(language) {
  chatLanguage = language;
  element("chat").lang = language;
  for (const node of document.querySelectorAll("[data-word]")) word(node, node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", WORDS[language][node.dataset.label]);
}

function showPageIn(language) {
  document.documentElement.lang = language;
  document.title = WORDS[language].page;
  for (const button of switches) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  speak(language);
}

// ---- Showing ----
function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

function makeButton(onClick) {
  const button = make("button");
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

function makeLink(address, text) {
  const link = make("a", "", text);
  link.href = address.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.setAttribute("aria-label", `${text}, ${WORDS[chatLanguage].newTab}`);
  return link;
}

// Everything goes in as text; markup in a message stays what it is: characters.
function fill(node, text, withLinks) {
  for (const { piece, address, isWhole } of piecesOf(text, withLinks)) {
    node.append(address ? makeLink(address, piece) : isWhole ? make("span", "whole", piece) : piece);
  }
}

function makeEntry(sender, text, language, author) {
  const entry = make("li", sender);
  const who = make("p", "who");
  const body = make("p", "text");
  body.lang = language;
  fill(body, text, sender === "bot" || sender === "agent");
  who.append(author ? make("span", "", author) : word(make("span"), `from.${sender}`));
  entry.append(who, body);
  return entry;
}

function place(entry) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const later = [...list.children].find((other) => Number(other.dataset.id) > Number(entry.dataset.id));
  list.insertBefore(entry, later ?? null);
  // Down to the end, but a long answer is read from its beginning.
  if (atEnd || entry.classList.contains("customer")) log.scrollTop = Math.min(log.scrollHeight, entry.offsetTop);
}

function timeOf(at) {
  const when = new Date(at);
  const style = { timeStyle: "short", ...(when.toDateString() !== new Date().toDateString() && { dateStyle: "medium" }) };
  const node = make("time", "", when.toLocaleString(chatLanguage === "hu" ? "hu" : "en-GB", style));
  node.dateTime = at;
  return node;
}

function show(message) {
  const id = Number(message.id);
  const known = shown.get(id) ?? (message.client_id ? own.get(message.client_id) : undefined);
  const entry = known ?? makeEntry(message.from, message.text, message.from === "customer" ? "" : message.lang, message.name);
  entry.dataset.id = id;
  shown.set(id, entry);
  if (known) return;
  if (message.from === "customer") {
    if (message.client_id) own.set(message.client_id, entry);
    entry.append(word(make("p", "state"), "sent"));
  } else {
    entry.querySelector(".who").append(" · ", timeOf(message.at));
    const files = message.attachments.filter(({ url }) => safeAddress(url));
    addRow(entry, "files", files.map(({ title, url }) => makeLink(safeAddress(url), title)));
    addRow(entry, "choices", message.buttons.map(makeChoice));
    entry.lastChild.lang = message.lang;
    if (Object.hasOwn(WORDS, message.lang) && message.lang !== chatLanguage) speak(message.lang);
  }
  place(entry);
}

function addRow(entry, className, nodes) {
  if (!nodes.length) return;
  const row = make("div", className);
  row.append(...nodes);
  entry.append(row);
}

function makeChoice({ title, payload }) {
  const button = makeButton(() => say(title, payload));
  fill(button, title, false);
  return button;
}

function greet() {
  const entry = makeEntry("bot", "", "");
  word(entry.querySelector(".text"), "greeting").removeAttribute("lang");
  const suggestions = ["ask.owe", "ask.latest", "ask.hours", "ask.person"];
  addRow(entry, "choices", suggestions.map((name) => word(makeButton((event) => say(event.target.textContent)), name)));
  place(entry);
}

function showState() {
  word(element("speaker"), `speaker.${speaker}`);
  element("signed-in").hidden = !kept.token;
  const typing = element("typing");
  typing.dataset.who = writer ?? "";
  word(typing, writer ? "writing" : inFlight > 0 && speaker === "bot" ? "typing" : "");
}

function makeError(name, retry) {
  const box = make("div", "error");
  box.dataset.name = name;
  box.append(word(make("p"), `error.${name}`));
  if (retry) box.append(word(makeButton(retry), "again"));
  if (name === "token_refused") box.append(word(makeButton(goOnAnonymously), "anonymous"));
  // The button goes when it is pressed; whoever pressed it is not sent back to the top of the page.
  box.addEventListener("click", (event) => event.target.matches("button") && input.focus());
  return box;
}

// ---- Talking to the front door ----
class Refused extends Error {}

async function call(address, body) {
  const headers = { Accept: "application/json" };
  if (kept.token) headers.Authorization = `Bearer ${kept.token}`;
  if (kept.secret) headers["X-Conversation-Secret"] = kept.secret;
  if (body) headers["Content-Type"] = "application/json";
  const signal = AbortSignal.timeout(LONGEST_WAIT_MILLISECONDS);
  const request = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store", signal };
  const response = await fetch(address, request).catch(() => null);
  if (!response) throw new Refused("offline");
  // Something between us and the front door may answer in HTML; that is not an answer.
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const name = ERRORS[answer?.error?.code] ?? answer?.error?.code;
  throw new Refused(`error.${name}` in WORDS.en ? name : response.status < 500 ? "refused" : "internal");
}

function say(text, payload) {
  // randomUUID is there only on https and on this machine.
  const id = crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
  const message = { client_id: id, text, ...(payload && { payload }) };
  kept.unsent.push(message);
  save();
  showOwn(message);
  send(message);
}

function showOwn(message) {
  const entry = makeEntry("customer", message.text, "");
  entry.append(make("p", "state"));
  own.set(message.client_id, entry);
  place(entry);
  return entry;
}

// One after the other: the first answer brings the conversation's id, and the order of the messages is kept.
function send(message) {
  inFlight += 1;
  const entry = own.get(message.client_id);
  entry.querySelector(".error")?.remove();
  word(entry.querySelector(".state"), "sending");
  showState();
  sending = sending.then(() => deliver(message, entry));
}

async function deliver(message, entry) {
  try {
    const where = kept.conversation ? { conversation: kept.conversation } : { lang: chatLanguage };
    const answer = await call("/api/messages", { ...message, ...where });
    kept.conversation = answer.conversation;
    kept.secret = answer.secret ?? kept.secret;
    // The front door answers for the bot; when it had to give up waiting there is nothing, and a repeat brings the answer.
    if (answer.speaker === "bot" && !answer.messages.length) throw new Refused("internal");
    forget(message);
    entry.querySelector(".text").lang = answer.messages[0]?.lang ?? "";
    word(entry.querySelector(".state"), "sent");
    take(answer);
  } catch (error) {
    // A fault of ours must not stop the messages after this one.
    if (!(error instanceof Refused)) console.error(error);
    fail(message, entry, error instanceof Refused ? error.message : "internal");
  } finally {
    inFlight -= 1;
    showState();
    schedule();
  }
}

function forget(message) {
  kept.unsent = kept.unsent.filter((other) => other.client_id !== message.client_id);
  save();
}

function fail(message, entry, name) {
  if (name === "not_found") beginAnew();
  if (FINAL.has(name)) forget(message);
  save();
  word(entry.querySelector(".state"), "failed");
  entry.append(makeError(name, FINAL.has(name) ? null : () => send(message)));
  log.scrollTop = log.scrollHeight;
}

function take(answer) {
  speaker = answer.speaker;
  writer = answer.typing ?? null;
  for (const message of answer.messages) show(message);
  showState();
}

function beginAnew() {
  Object.assign(kept, { conversation: null, secret: null });
  speaker = "bot";
  cursor = 0;
  shown.clear();
  for (const entry of list.children) delete entry.dataset.id;
  save();
}

function goOnAnonymously() {
  kept.token = null;
  beginAnew();
  notice.replaceChildren();
  showState();
  for (const message of [...kept.unsent]) send(message);
}

// ---- Catching up ----
async function catchUp() {
  let answer;
  do {
    answer = await call(`/api/messages?conversation=${encodeURIComponent(kept.conversation)}&after=${cursor}`);
    take(answer);
    for (const message of answer.messages) cursor = Math.max(cursor, Number(message.id));
  } while (answer.messages.length);
}

function schedule() {
  clearTimeout(pollTimer);
  if (!kept.conversation) return;
  const usual = { agent: AGENT_POLL_MILLISECONDS, bot: BOT_POLL_MILLISECONDS }[speaker] ?? POLL_MILLISECONDS;
  pollTimer = setTimeout(poll, pollDelay > POLL_MILLISECONDS ? pollDelay : usual);
}

async function poll() {
  // Nobody looks, and the assistant says nothing by itself; looking again asks at once.
  if (speaker === "bot" && document.hidden && pollDelay === POLL_MILLISECONDS) return;
  let problem = null;
  try {
    await catchUp();
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error);
    if (error.message === "not_found") beginAnew();
    else problem = error.message === "token_refused" ? "token_refused" : "behind";
  }
  pollDelay = problem === "behind" ? Math.min(pollDelay * 2, SLOWEST_POLL_MILLISECONDS) : POLL_MILLISECONDS;
  // The same notice again would be read out again.
  if (problem !== (notice.firstChild?.dataset.name ?? null)) notice.replaceChildren(...(problem ? [makeError(problem, null)] : []));
  showState();
  if (problem !== "token_refused") schedule();
}

// ---- Beginning ----
// A token is given as https://…/#token=…: the part after # is sent to nobody, and it leaves the address bar at once.
function takeTokenFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token")?.trim();
  if (given === undefined) return false;
  history.replaceState(null, "", location.pathname + location.search);
  // What cannot be a header cannot be a token; the front door says what is wrong with the rest.
  const token = /^[\x21-\x7e]+$/.test(given) ? given : "unreadable";
  if (token === kept.token) return false;
  // An anonymous conversation would stay anonymous; one begun with an earlier token of the same person goes on.
  if (kept.secret) Object.assign(kept, { conversation: null, secret: null, unsent: [] });
  kept.token = token;
  save();
  return true;
}

async function begin() {
  takeTokenFromAddress();
  showPageIn(kept.language ?? (navigator.language.toLowerCase().startsWith("hu") ? "hu" : "en"));
  greet();
  form.hidden = false;
  element("without-script").remove();
  showState();
  const left = [...kept.unsent];
  if (kept.conversation) await poll();
  for (const message of left) {
    // The front door has it already, but we had left before the answer came: asking again brings that answer.
    if (own.has(message.client_id)) send(message);
    else fail(message, showOwn(message), "offline");
  }
  log.scrollTop = log.scrollHeight;
  log.setAttribute("aria-live", "polite");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  input.focus();
  if (!text) return;
  input.value = "";
  say(text);
});
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
input.addEventListener("input", () => {
  if (speaker === "bot" || !kept.conversation || Date.now() - toldTypingAt < TYPING_MILLISECONDS) return;
  toldTypingAt = Date.now();
  call("/api/typing", { conversation: kept.conversation }).catch(() => null);
});
document.addEventListener("visibilitychange", () => !document.hidden && kept.conversation && poll());
for (const button of switches) {
  button.addEventListener("click", () => {
    kept.language = button.dataset.language;
    save();
    showPageIn(kept.language);
  });
}
addEventListener("hashchange", () => takeTokenFromAddress() && location.reload());
begin();
