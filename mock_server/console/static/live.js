// The list of requests as they come. Rows are laid out anew as a whole, so that none is pushed.

const MOST = 100;
const live = document.getElementById("live");
const state = live.querySelector("[data-state]");
const pause = document.getElementById("pause");
const waiting = document.getElementById("waiting");
const told = document.getElementById("told");
const table = document.getElementById("requests");
const body = table.tBodies[0];
const pattern = document.getElementById("row").content.firstElementChild;
const { events, operation, status, rule, requests, rules } = live.dataset;

const count = document.querySelector("[data-total]");
let total = Number(count.dataset.total);
let newest = Number(live.dataset.newest);
let paused = false;
let held = [];
let behind = 0;
let source = null;
let untold = 0;
let telling = null;

function wanted(entry) {
  const one = String(entry.status);
  return (
    (!operation || entry.operation === operation) &&
    (!status || (status.endsWith("xx") ? one[0] === status[0] : one === status)) &&
    (!rule || entry.rule === rule)
  );
}

const KINDS = { 2: "good", 3: "moved", 4: "refused" };
const WORDS = {
  200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request",
  401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
  406: "Not Acceptable", 409: "Conflict", 412: "Precondition Failed",
  413: "Request Entity Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Entity",
  429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
};

function who(actor) {
  return actor ? `${actor.kind} ${actor.user || actor.id}` : "nobody known";
}

function lasted(seconds) {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

function cut(text) {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function set(row, selector, text) {
  const found = row.querySelector(selector);
  if (found) found.textContent = text;
}

function rowOf(entry) {
  const row = pattern.cloneNode(true);
  row.id = `request-${entry.number}`;
  row.className = "fresh";
  set(row, ".number", entry.number);
  set(row, ".time", new Date(entry.at).toISOString().slice(11, 19));
  const link = row.querySelector(".asked a");
  link.href = `${requests}/${entry.number}`;
  link.ariaLabel = `${entry.method} ${cut(entry.path)}`;
  set(row, ".method", entry.method);
  const at = entry.path.replace(/\/+$/, "").lastIndexOf("/") + 1;
  set(row, ".dir", cut(entry.path.slice(0, at)));
  set(row, ".leaf", cut(entry.path.slice(at)));
  set(row, ".query", entry.query ? cut(`?${entry.query}`) : "");
  set(row, ".op", entry.operation || "no operation");
  set(row, ".who", who(entry.actor));
  const stamp = row.querySelector(".stamp");
  stamp.className = `stamp ${KINDS[Math.floor(entry.status / 100)] || "failed"}`;
  stamp.textContent = entry.status;
  set(row, ".word", WORDS[entry.status] || "");
  if (entry.rule) {
    const refused = document.createElement("a");
    refused.href = `${rules}/${encodeURIComponent(entry.rule)}`;
    refused.textContent = entry.rule;
    row.querySelector(".outcome .under").append(refused);
  }
  if (entry.scratch) {
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = "scratch";
    row.querySelector(".asked .under").append(" ", tag);
  }
  set(row, "td:last-child", lasted(entry.seconds));
  return row;
}

function isBusy() {
  // Whoever reads further down, or has a row chosen, is not to have it moved away.
  return paused || scrollY > 200 || body.contains(document.activeElement);
}

function show() {
  const fresh = held.splice(0).slice(-MOST).reverse().map(rowOf);
  if (!fresh.length) return name();
  const empty = document.getElementById("empty");
  if (empty) empty.remove();
  table.hidden = false;
  const old = [...body.rows].slice(0, MOST - fresh.length);
  for (const row of old) row.className = "";
  body.replaceChildren(...fresh, ...old);
  total += behind;
  behind = 0;
  count.textContent = `1–${body.rows.length} of ${total.toLocaleString("en")}`;
  name();
}

function name() {
  live.className = `live ${paused ? "paused" : source ? "on" : ""}`;
  state.textContent = paused ? "Paused" : source ? "Live" : "Not connected";
  pause.textContent = paused ? "Go on" : "Pause";
  waiting.hidden = !held.length;
  waiting.textContent = `Show ${behind} new`;
}

function tell(entries) {
  untold += entries.length;
  const last = entries[entries.length - 1];
  const outcome = last.rule ? `refused by ${last.rule}` : `answered ${last.status}`;
  const text = `${last.method} ${last.path} ${outcome}`;
  clearTimeout(telling);
  telling = setTimeout(() => {
    told.textContent = `${untold} new. ${text}.`;
    untold = 0;
  }, 1500);
}

function take(event) {
  const entries = JSON.parse(event.data).filter((entry) => entry.number > newest);
  if (!entries.length) return;
  newest = entries[entries.length - 1].number;
  const fitting = entries.filter(wanted);
  if (!fitting.length) return;
  held.push(...fitting);
  behind += fitting.length;
  held = held.slice(-MOST);
  tell(fitting);
  if (isBusy()) name();
  else show();
}

function open() {
  source = new EventSource(`${events}?after=${newest}`);
  source.addEventListener("message", take);
  // Another stub answers by now, which counts its requests anew.
  source.addEventListener("anew", () => { newest = 0; });
  source.addEventListener("error", () => {
    if (source && source.readyState === EventSource.CLOSED) close();
  });
  name();
}

function close() {
  if (source) source.close();
  source = null;
  name();
}

if (live.dataset.first === "yes") {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    if (paused) name();
    else show();
  });
  waiting.addEventListener("click", () => {
    show();
    scrollTo(0, 0);
  });
  // A page that nobody looks at needs no connection.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
