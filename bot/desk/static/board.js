// The board: rows come and go by themselves, each keeps its place and the focus.
import { ask, coalesced, element, listen, onDeeds, onKeys, showTimes, showWaiting } from "./live.js";

const RESYNC_MILLISECONDS = 60_000;
const lists = Object.fromEntries([...document.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, list]));
const filter = element("filter");
const changed = new Set();
let all = false;

const rowOf = (id) => element(`chat-${id}`);
const rows = () => [...document.querySelectorAll("li.chat")];
// How the row came from the front door; what showTimes made of it does not count as a difference.
const source = new WeakMap(rows().map((row) => [row, row.outerHTML]));

// ---- Rows ----
function put(fresh) {
  const old = rowOf(fresh.dataset.chat);
  const html = fresh.outerHTML;
  if (old && source.get(old) === html) return old;
  const list = lists[fresh.dataset.place];
  const focused = old?.contains(document.activeElement) ? document.activeElement.id : null;
  const row = old ?? document.adoptNode(fresh);
  if (old) {
    for (const { name, value } of [...fresh.attributes]) old.setAttribute(name, value);
    old.replaceChildren(...fresh.childNodes);
  }
  source.set(row, html);
  const next = [...list.children].find((other) => other !== row && other.dataset.order > row.dataset.order) ?? null;
  if (row.parentNode !== list || row.nextElementSibling !== next) list.insertBefore(row, next);
  if (!old) row.classList.add("new");
  showTimes(row);
  applyFilter(row);
  if (focused) (element(focused) ?? row.querySelector("a")).focus({ preventScroll: true });
  return row;
}

function drop(row) {
  const neighbour = row.contains(document.activeElement) && (row.nextElementSibling ?? row.previousElementSibling);
  row.remove();
  if (neighbour) neighbour.querySelector("a").focus({ preventScroll: true });
}

function count() {
  for (const [place, list] of Object.entries(lists)) {
    const number = list.childElementCount;
    document.querySelector(`[data-count="${place}"]`).textContent = number;
    document.querySelector(`[data-empty="${place}"]`).hidden = number > 0;
  }
  showWaiting(lists.queue.childElementCount);
}

const refresh = coalesced(async () => {
  const wanted = all ? [] : [...changed];
  const everything = all;
  changed.clear();
  all = false;
  if (!everything && !wanted.length) return;
  try {
    const response = await ask(`/desk/chats/rows${everything ? "" : `?ids=${wanted.join(",")}`}`);
    const fragment = new DOMParser().parseFromString(`<ol>${await response.text()}</ol>`, "text/html");
    const came = new Set([...fragment.querySelectorAll("li.chat")].map((row) => put(row).dataset.chat));
    for (const row of rows()) if ((everything || wanted.includes(row.dataset.chat)) && !came.has(row.dataset.chat)) drop(row);
    count();
  } catch (error) {
    for (const id of wanted) changed.add(id);
    all ||= everything;
    throw error;
  }
});

function refreshAll() {
  all = true;
  return refresh();
}

listen({
  onChanges(changes) {
    for (const { topic, chat } of changes) if (chat && topic !== "viewers") changed.add(chat);
    refresh();
  },
  onResync: refreshAll,
});
setInterval(refreshAll, RESYNC_MILLISECONDS);
element("with-bot").addEventListener("toggle", (event) => event.target.open && refreshAll());
onDeeds(refresh);

// ---- Filter ----
function applyFilter(row) {
  const wanted = filter.value.trim().toLocaleLowerCase();
  row.hidden = Boolean(wanted) && !row.textContent.toLocaleLowerCase().includes(wanted);
}
filter.addEventListener("input", () => rows().forEach(applyFilter));
element("filter-form").addEventListener("submit", (event) => {
  event.preventDefault();
  step(1);
});

// ---- Keys ----
const shown = () => rows().filter((row) => !row.hidden && row.checkVisibility());
const current = () => document.activeElement.closest("li.chat");

function step(by) {
  const among = shown();
  const at = among.indexOf(current());
  const next = among[at < 0 ? (by > 0 ? 0 : among.length - 1) : Math.min(among.length - 1, Math.max(0, at + by))];
  next?.querySelector("a").focus();
  next?.scrollIntoView({ block: "nearest" });
}

onKeys({
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  c: () => (current() ?? shown()[0])?.querySelector("form[data-deed]")?.requestSubmit(),
  Escape: () => {
    filter.value = "";
    rows().forEach(applyFilter);
  },
});
count();
