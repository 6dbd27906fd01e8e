// Small comforts; every page works without them.
"use strict";
(() => {
  const typing = (node) => node.isContentEditable || node.matches("input:not([type=checkbox]), textarea, select, .CodeMirror *");

  // One key: / to the search, j to JSON-LD, s to the query. Readers can switch keys off (WCAG 2.1.4).
  if (document.documentElement.dataset.keys !== "off") {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "/") {
        event.preventDefault();
        document.getElementById("q").focus();
      } else {
        const link = /^[a-z]$/.test(event.key) && document.querySelector(`a[data-key="${event.key}"]`);
        if (link) link.click();
      }
    });
  }

  // Suggestions while one types: a combobox with a list box (ARIA Authoring Practices).
  const field = document.getElementById("q");
  if (field) {
    const list = document.createElement("ul");
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0].textContent);
    list.hidden = true;
    field.after(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions" })) field.setAttribute(name, value);
    let active = -1, timer = 0, asked = 0;

    const close = () => { list.hidden = true; active = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); };
    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      if (index >= 0) field.setAttribute("aria-activedescendant", list.children[index].id);
      else field.removeAttribute("aria-activedescendant");
    };
    const show = (found) => {
      list.replaceChildren(...found.map((hit, i) => {
        const item = document.createElement("li");
        item.id = `suggestion-${i}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.href = hit.href;
        const name = document.createElement("bdi"), kind = document.createElement("small");
        name.textContent = hit.label;
        kind.textContent = [hit.kind, hit.detail].filter(Boolean).join(", ");
        item.append(name, " ", kind);
        return item;
      }));
      active = -1;
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(found.length > 0));
    };
    const ask = async () => {
      const words = field.value.trim(), mine = ++asked;
      if (words.length < 2) return close();
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (answer.ok && mine === asked) show((await answer.json()).found);
    };
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => ask().catch(close), 120); });
    field.addEventListener("keydown", (event) => {
      const last = list.children.length - 1;
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
      else if (list.hidden) return;
      else if (event.key === "ArrowDown") { event.preventDefault(); mark(active < last ? active + 1 : 0); }
      else if (event.key === "ArrowUp") { event.preventDefault(); mark(active > 0 ? active - 1 : last); }
      else if (event.key === "Enter" && active >= 0) { event.preventDefault(); location.assign(list.children[active].dataset.href); }
    });
    list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      if (item) { event.preventDefault(); location.assign(item.dataset.href); }
    });
    field.addEventListener("blur", () => setTimeout(close, 100));
  }

  // Facets answer at once; the button stays for those without scripts.
  const facets = document.querySelector("form.facets");
  if (facets) {
    const submit = () => {
      const kept = new URLSearchParams([...new FormData(facets)].filter(([, value]) => value !== ""));
      location.assign(`${facets.getAttribute("action")}${kept.size ? `?${kept}` : ""}`);
    };
    facets.addEventListener("change", (event) => { if (event.target.type === "checkbox") submit(); });
    facets.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  }
  // Folds stand open where there is room.
  if (matchMedia("(min-width: 52.01rem)").matches) document.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });

  const address = document.getElementById("iri");
  if (address) {
    address.addEventListener("focus", () => address.select());
    const button = document.createElement("button"), said = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    button.textContent = address.dataset.copy;
    button.setAttribute("aria-label", `${address.dataset.copy}: ${address.labels[0].textContent}`);
    said.setAttribute("role", "status");
    // The clipboard is there on secure addresses only; elsewhere the older command copies what is selected.
    const copy = async () => {
      if (navigator.clipboard) return navigator.clipboard.writeText(address.value);
      address.select();
      if (!document.execCommand("copy")) throw new Error("nothing was copied");
    };
    button.addEventListener("click", () => copy().then(() => {
      said.textContent = address.dataset.copied;
      setTimeout(() => { said.textContent = ""; }, 3000);
    }, () => address.select()));
    address.after(button, said);
  }
})();
