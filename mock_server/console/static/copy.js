// Buttons that copy a text, shown only where there is script to serve them.

async function put(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https and off this machine a page may not: the text is chosen, to be copied by hand.
    getSelection().selectAllChildren(element);
    return false;
  }
}

export function watchCopying(part) {
  for (const button of part.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const label = button.firstChild;
    button.addEventListener("click", async () => {
      const element = document.getElementById(button.dataset.copy);
      label.textContent = (await put(element.textContent, element)) ? "Copied" : "Selected";
      setTimeout(() => (label.textContent = "Copy"), 1600);
    });
  }
}
