// What every page can do: copy, switch dark and light, and be used by keyboard.
import { watchCopying } from "./copy.js";

watchCopying(document);

const button = document.querySelector("[data-theme-button]");
const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : dark.matches;
}

function name() {
  button.textContent = isDark() ? "Light" : "Dark";
  button.value = isDark() ? "light" : "dark";
}

if (button) {
  name();
  dark.addEventListener("change", name);
  button.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    document.cookie = `rulebound-theme=${theme}; path=/_rulebound; max-age=31536000; samesite=strict`;
    name();
  });
}

const chooser = document.querySelector(".chooser");
if (chooser) {
  document.addEventListener("click", (event) => {
    if (!chooser.contains(event.target)) chooser.open = false;
  });
  chooser.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      chooser.open = false;
      chooser.querySelector("summary").focus();
    }
  });
}

function writes(target) {
  return target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName);
}

function move(by) {
  const links = [...document.querySelectorAll("#requests tbody .asked a")];
  const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[now < 0 ? 0 : Math.min(links.length - 1, Math.max(0, now + by))];
  if (next) next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    if (search.select) search.select();
  } else if (event.key === "j") {
    move(1);
  } else if (event.key === "k") {
    move(-1);
  }
});
