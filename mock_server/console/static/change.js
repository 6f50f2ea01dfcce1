// Asks for the smallest change once the page is there, and puts it in its place.
import { watchCopying } from "./copy.js";

const card = document.getElementById("change");

async function ask() {
  const form = card.querySelector("form");
  const button = form.querySelector("button");
  button.disabled = true;
  button.textContent = "Looking for it";
  try {
    const answer = await fetch(`${card.dataset.address}?part=yes`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    card.replaceChildren(...page.body.childNodes);
    watchCopying(card);
  } catch (fault) {
    button.disabled = false;
    button.textContent = fault.message === "503" ? "Busy: look for it again" : "Look for it again";
  }
}

if (card) ask();
