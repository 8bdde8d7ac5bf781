// One chat: the transcript grows by itself, the composer keeps what is typed and sends each reply once.
import { ask, coalesced, csrf, element, keep, kept, listen, onDeeds, onKeys, openWindow, Refused, ring, showTimes, showWaiting, tell } from "./live.js";

const page = element("chat");
const { chat, member, memberName } = page.dataset;
const here = `/desk/chats/${chat}`;
const UNSENT_KEY = `clearline.desk.unsent.${member}.${chat}`;
const DRAFT_KEY = `clearline.desk.draft.${member}.${chat}`;
const LOOK_MILLISECONDS = 10_000;
const WRITING_MILLISECONDS = 3_000;
const DRAFT_MILLISECONDS = 800;
const BOT_MILLISECONDS = 5_000; // The assistant's turns are told to nobody; a page that watches asks.
const GAP = /⟦[^⟦⟧]*⟧/;
const [log, scroll, composer, input, unsentList] = ["log", "scroll", "composer", "reply", "unsent"].map(element);

// ---- Parts ----
const source = new Map([...document.querySelectorAll("[data-part]")].map((node) => [node, node.innerHTML]));
let again = 0;

function swap(node, fresh) {
  const html = fresh.innerHTML;
  if (source.get(node) === html) return;
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  const chosen = node.value;
  source.set(node, html);
  node.replaceChildren(...[...fresh.childNodes].map((child) => child.cloneNode(true)));
  if (node.matches("select") && [...node.options].some((option) => option.value === chosen)) node.value = chosen;
  showTimes(node);
  // Whoever stood on a button that is gone goes on in the conversation, not at the top of the page.
  if (focused?.id) (element(focused.id) ?? (input.disabled ? scroll : input)).focus({ preventScroll: true });
}

const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
const toEnd = () => (scroll.scrollTop = scroll.scrollHeight);

function append(fresh) {
  let customers = 0;
  for (const bubble of fresh.querySelectorAll("li.bubble")) {
    if (Number(bubble.dataset.seq) <= Number(log.dataset.last)) continue;
    log.dataset.last = bubble.dataset.seq;
    customers += bubble.classList.contains("customer");
    log.append(document.adoptNode(bubble));
  }
  showTimes(log);
  if (customers) ring();
}

function mine() {
  return document.querySelector("#reach [data-mine]").dataset.mine === "1";
}

function showReach() {
  const may = mine();
  for (const node of [input, ...document.querySelectorAll("[data-owner-only]")]) node.disabled = !may;
  checkGap();
}

const refresh = coalesced(async () => {
  const response = await ask(`${here}/parts?after=${log.dataset.last}`);
  const fragment = new DOMParser().parseFromString(await response.text(), "text/html");
  const stay = atEnd();
  append(fragment.querySelector("[data-append]"));
  for (const fresh of fragment.querySelectorAll("[data-part]")) {
    for (const node of document.querySelectorAll(`[data-part="${fresh.dataset.part}"]`)) swap(node, fresh);
  }
  const left = Number(fragment.querySelector("[data-again]").dataset.again);
  clearTimeout(again);
  if (left > 0) again = setTimeout(refresh, left * 1000 + 200);
  showReach();
  showUnsent();
  countDown();
  if (stay) toEnd();
});

const showBadge = coalesced(async () => showWaiting((await (await ask("/desk/chats/waiting")).json()).waiting));

listen({
  onChanges(changes) {
    if (changes.some((one) => one.chat === chat || one.topic === "staff")) refresh();
    if (changes.some((one) => one.topic === "chat")) showBadge();
  },
  onResync() {
    refresh();
    showBadge();
    sendUnsent();
  },
});
setInterval(() => page.dataset.bots && !document.hidden && refresh(), BOT_MILLISECONDS);

// ---- Replies that may be taken back ----
function countDown() {
  const now = performance.now();
  for (const node of document.querySelectorAll("[data-left]")) {
    node.dataset.until ??= String(now + Number(node.dataset.left) * 1000);
    const seconds = Math.ceil((Number(node.dataset.until) - now) / 1000);
    const text = seconds > 0 ? `sending in ${seconds} s` : "sending…";
    if (node.textContent !== text) node.textContent = text;
  }
}
setInterval(countDown, 500);

onDeeds(async (form, answer) => {
  if (form.dataset.deed === "undo" && answer.text) {
    input.value = input.value ? `${answer.text}\n${input.value}` : answer.text;
    input.focus();
    changedDraft();
  }
  if (form.closest("dialog")) (input.disabled ? scroll : input).focus();
  await refresh();
});

// ---- Sending: kept here until the front door has it; a repeat is harmless ----
let unsent = kept(UNSENT_KEY, []);
let sending = false;
let retry = 0;
let delay = 2_000;

const newId = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join("-");

function keepUnsent() {
  keep(UNSENT_KEY, unsent.length ? unsent : null);
}

function showUnsent() {
  const shown = unsent.filter((one) => !document.querySelector(`[data-client-id="${CSS.escape(one.client_id)}"]`));
  const wanted = new Map(shown.map((one) => [one.client_id, one]));
  for (const node of [...unsentList.children]) if (!wanted.has(node.dataset.unsent)) node.remove();
  for (const one of shown) {
    const known = [...unsentList.children].find((node) => node.dataset.unsent === one.client_id);
    const node = known ?? makeUnsent(one);
    const state = node.querySelector(".left");
    const text = one.refused ? `Not sent: ${one.refused}` : one.failed ? "Not sent: the desk cannot be reached. Trying again…" : "Sending…";
    if (state.textContent !== text) state.textContent = text;
    node.querySelector(".row").hidden = !one.failed && !one.refused;
    if (!known) {
      unsentList.append(node);
      toEnd();
    }
  }
}

function makeUnsent(one) {
  const node = document.createElement("li");
  node.className = "bubble agent going";
  node.dataset.unsent = one.client_id;
  const add = (tag, className, text, parent = node) => {
    const child = document.createElement(tag);
    child.className = className;
    child.textContent = text;
    parent.append(child);
    return child;
  };
  const by = add("p", "by", "");
  add("span", "name", memberName, by);
  by.append(" ");
  add("span", "left", "", by).setAttribute("role", "status");
  add("p", "text", one.text).lang = input.lang;
  const row = add("div", "row", "");
  const again = add("button", "small outline", "Try again", row);
  const back = add("button", "small outline secondary", "Back into the box", row);
  again.type = back.type = "button";
  again.addEventListener("click", () => {
    delete one.refused;
    sendUnsent();
  });
  back.addEventListener("click", () => {
    unsent = unsent.filter((other) => other !== one);
    keepUnsent();
    input.value = input.value ? `${one.text}\n${input.value}` : one.text;
    changedDraft();
    showUnsent();
    input.focus();
  });
  return node;
}

// One after the other, so that the order stays.
async function sendUnsent() {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  try {
    for (let one; (one = unsent.find((other) => !other.refused)); ) {
      try {
        const answer = await (await ask(`${here}/replies`, { client_id: one.client_id, text: one.text })).json();
        unsent = unsent.filter((other) => other !== one);
        delay = 2_000;
        tell(answer.warning ?? "");
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        one.failed = true;
        if (error.status === 0 || error.status >= 500) {
          retry = setTimeout(sendUnsent, delay);
          delay = Math.min(delay * 2, 30_000);
          break;
        }
        one.refused = error.message;
      } finally {
        keepUnsent();
        showUnsent();
      }
    }
  } finally {
    sending = false;
  }
  await refresh();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text || input.disabled || checkGap()) return;
  unsent.push({ client_id: newId(), text });
  keepUnsent();
  input.value = "";
  clearTimeout(draftTimer);
  keep(DRAFT_KEY, null);
  isWriting = false;
  element("kept").textContent = "";
  showUnsent();
  sendUnsent();
  input.focus();
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) composer.requestSubmit();
});
addEventListener("online", sendUnsent);

function checkGap() {
  const gap = GAP.exec(input.value);
  element("gap").textContent = gap ? `Fill in ${gap[0]} before you send this.` : "";
  element("send").disabled = Boolean(gap) || !mine();
  return Boolean(gap);
}

// ---- Draft, and who writes ----
let draftTimer = 0;
let savedDraft = input.value;
let isWriting = false;
let toldWritingAt = 0;

async function saveDraft() {
  clearTimeout(draftTimer);
  const text = input.value;
  if (text === savedDraft) return;
  try {
    await ask(`${here}/draft`, { text });
    savedDraft = text;
    if (input.value === text) keep(DRAFT_KEY, null);
    element("kept").textContent = text ? "Draft kept" : "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    element("kept").textContent = "Draft kept in this browser";
  }
}

function changedDraft() {
  keep(DRAFT_KEY, input.value);
  clearTimeout(draftTimer);
  draftTimer = setTimeout(saveDraft, DRAFT_MILLISECONDS);
  checkGap();
}

const look = (writing) => ask(`${here}/look`, { writing: writing ? "1" : "0" }).catch(() => null);

input.addEventListener("input", () => {
  changedDraft();
  isWriting = Boolean(input.value.trim());
  if (Date.now() - toldWritingAt < WRITING_MILLISECONDS) return;
  toldWritingAt = Date.now();
  look(isWriting);
});
setInterval(() => {
  const stillWriting = isWriting && Date.now() - toldWritingAt < 2 * WRITING_MILLISECONDS;
  if (!document.hidden && !stillWriting) look(false);
}, LOOK_MILLISECONDS);
addEventListener("pagehide", () => {
  if (input.value !== savedDraft) navigator.sendBeacon(`${here}/draft`, new URLSearchParams({ csrf, text: input.value }));
  navigator.sendBeacon(`${here}/leave`, new URLSearchParams({ csrf }));
});

// ---- Inserting at the cursor ----
function insert(text) {
  const { selectionStart: from, selectionEnd: to, value } = input;
  const before = value.slice(0, from);
  input.setRangeText(`${before && !/\s$/.test(before) ? " " : ""}${text}`, from, to, "end");
  changedDraft();
  input.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  button.closest("dialog")?.close();
  if (input.disabled) tell("Claim this chat first.");
  else insert(button.dataset.insert);
});

const canned = element("canned-list");
const find = element("canned-find");
let offered = Promise.resolve();

async function offerCanned() {
  // Asked for each time, so that the values are those of now.
  const response = await ask(canned.dataset.from).catch(() => null);
  canned.innerHTML = response ? await response.text() : "<li>They cannot be shown now.</li>";
  narrowCanned();
}

function narrowCanned() {
  const words = find.value.toLocaleLowerCase().split(/\s+/);
  for (const item of canned.children) item.hidden = !words.every((word) => item.dataset.find?.toLocaleLowerCase().includes(word));
}

element("canned").addEventListener("opened", () => {
  find.value = "";
  find.focus();
  offered = offerCanned();
});
find.addEventListener("input", narrowCanned);
find.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  await offered;
  [...canned.children].find((item) => !item.hidden)?.querySelector("button")?.click();
});

// ---- Beginning ----
onKeys({
  r: () => (input.disabled ? tell("Claim this chat to write to the customer.") : input.focus()),
  n: () => element("note").focus(),
  c: () => element("claim")?.form.requestSubmit(),
  i: () => !input.disabled && openWindow("canned"),
});
const left = kept(DRAFT_KEY, null);
if (left !== null && left !== input.value) {
  input.value = left;
  changedDraft();
}
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.target.id === "panel") event.target.replaceChildren("The customer cannot be shown now.");
});
look(false);
showUnsent();
sendUnsent();
countDown();
showBadge();
checkGap();
toEnd();
element("transcript").setAttribute("aria-live", "polite");
