// VAE : un bloc entier d'un clic ; les candidats cochés partent avec le geste choisi.
(() => {
  "use strict";
  const tous = (sel, dans = document) => Array.from(dans.querySelectorAll(sel));
  tous("[data-cocher-le-bloc]").forEach((c) => {
    const cases = tous("input[name=acquises]", c.closest(".bloc-acquis"));
    const accorder = () => { c.checked = cases.length > 0 && cases.every((x) => x.checked); };
    c.addEventListener("change", () => cases.forEach((x) => { x.checked = c.checked; }));
    cases.forEach((x) => x.addEventListener("change", accorder));
    accorder();
  });
})();
