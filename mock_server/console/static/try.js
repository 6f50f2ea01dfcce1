// Sends the request of the form from the page itself, and keeps the curl line in step with it.

const form = document.getElementById("request");
const answer = document.getElementById("answer");
const curl = document.getElementById("curl");
const field = (name) => form.elements.namedItem(name);

function headers() {
  const lines = field("headers").value.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.includes(":")).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
}

function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

function writeCurl() {
  const method = field("method").value;
  const head = method === "HEAD";
  const words = head ? ["curl", "-I"] : ["curl", "-i", "-X", method];
  for (const [name, value] of headers()) words.push("-H", `${name}: ${value}`);
  const body = field("body").value;
  if (body && !head) words.push("-d", body.replace(/("(?:\\.|[^"\\])*")|\s+/g, (_, text) => text || ""));
  words.push(location.origin + field("target").value.replace(/[[\]{}]/g, encodeURIComponent));
  curl.querySelector("code").textContent = words.map(quoted).join(" ");
}

function element(tag, text, more = {}) {
  const made = Object.assign(document.createElement(tag), more);
  if (text !== null) made.textContent = text;
  return made;
}

function linked(text, href) {
  return element("a", text, { href });
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const KINDS = { 2: "good", 3: "moved", 4: "refused" };

function line(told) {
  const kind = KINDS[Math.floor(told.status / 100)] || "failed";
  const first = element("p", null);
  first.append(element("span", told.status, { className: `stamp ${kind}` }), ` ${told.statusText}`);
  const rule = told.headers.get("rulebound-rule");
  if (rule) {
    const book = form.dataset.requests.replace(/requests$/, "rules");
    first.append(", refused by ", linked(rule, `${book}/${encodeURIComponent(rule)}`));
  }
  return first;
}

function table(told) {
  const made = element("table", null, { className: "pairs" });
  made.append(element("caption", "Headers of the answer", { className: "unseen" }));
  const body = made.createTBody();
  for (const [name, value] of told.headers) {
    const row = body.insertRow();
    row.append(element("th", name, { scope: "row" }), element("td", value));
  }
  return made;
}

function show(...parts) {
  answer.replaceChildren(element("h2", "Answer"), ...parts);
}

async function send() {
  show(element("p", "Sending", { className: "muted" }));
  const method = field("method").value;
  const body = ["GET", "HEAD"].includes(method) ? undefined : field("body").value || undefined;
  let told;
  let text;
  try {
    told = await fetch(field("target").value, { method, headers: headers(), body });
    text = await told.text();
  } catch (fault) {
    show(element("p", `No answer came: ${fault.message}.`, { className: "bad" }));
    return;
  }
  const explained = told.headers.get("rulebound-explain") || `${form.dataset.requests}/last`;
  const why = element("p", null);
  why.append(linked("Why: every rule it met", explained));
  const shown = element("pre", null, { tabIndex: 0, role: "region", ariaLabel: "Body of the answer" });
  shown.append(element("code", text ? pretty(text) : "no body"));
  show(line(told), why, table(told), shown);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("input", writeCurl);
for (const select of document.querySelectorAll("#operation, #actor")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
