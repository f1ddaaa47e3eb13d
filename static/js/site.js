// Small helps for every page. Everything works without them.
(() => {
  "use strict";

  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // Move the focus to the list of errors, also after a part of the page was replaced.
  const settle = (root) => {
    root.querySelector("[data-focus]")?.focus();
    for (const wrap of root.querySelectorAll(".table-wrap, .tabs")) {
      if (wrap.scrollWidth > wrap.clientWidth && !wrap.hasAttribute("tabindex")) {
        wrap.tabIndex = 0;
        if (!wrap.hasAttribute("role") && wrap.matches(".table-wrap")) {
          wrap.setAttribute("role", "region");
          wrap.setAttribute("aria-label", wrap.querySelector("caption")?.textContent.trim() || "Table");
        }
      }
    }
    for (const message of root.querySelectorAll("[data-message]:not(:has(.notice__close))")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "notice__close";
      button.setAttribute("aria-label", "Dismiss this message");
      button.textContent = "×";
      message.append(button);
    }
  };

  document.addEventListener("click", (event) => {
    closest(event, ".notice__close")?.parentElement.remove();

    const opener = closest(event, "[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
    }
    if (closest(event, "[data-dialog-close]")) closest(event, "dialog")?.close();
    if (closest(event, "[data-print]")) window.print();

    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    // Up and down between the rows of a table that asks for it.
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const row = closest(event, "[data-rows] tbody tr");
      if (!row || closest(event, "input, select, textarea")) return;
      const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
      const target = next?.querySelector("a, button, input, summary");
      if (target) {
        event.preventDefault();
        target.focus();
      }
    }
  });

  // Filters apply when changed; the button stays for those without this script.
  document.addEventListener("change", (event) => {
    const form = closest(event, "form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();

    const drop = closest(event, "[data-file-drop]");
    if (drop && event.target.files) {
      let name = drop.querySelector(".file-drop__name");
      if (!name) {
        name = document.createElement("output");
        name.className = "file-drop__name";
        drop.append(name);
      }
      const file = event.target.files[0];
      name.textContent = file ? `${file.name}, ${Math.ceil(file.size / 1024).toLocaleString()} KB` : "";
    }
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      closest(event, "[data-file-drop]")?.classList.toggle("is-over", kind === "dragover");
    });
  }

  // Nothing typed is lost: warn before leaving a changed form that asks for it.
  const changed = new Set();
  document.addEventListener("input", (event) => {
    const form = closest(event, "form[data-unsaved]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => changed.delete(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) changed.delete(event.detail.elt.closest("form"));
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) if (!form.isConnected) changed.delete(form);
    if (changed.size) event.preventDefault();
  });

  document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
  settle(document);
})();
