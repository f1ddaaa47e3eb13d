// Helps on the program pages. Everything works without them.
(() => {
  "use strict";

  // Warn before typed words are lost by leaving the page.
  for (const form of document.querySelectorAll("form[data-warn-unsaved]")) {
    let typed = false;
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (typed) event.preventDefault();
    });
  }
})();
