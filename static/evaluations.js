// Grille d'évaluations au clavier, comme un tableur : flèches, A et N, Suppr, collage d'un bloc. Sans script, chaque case se tape.
(() => {
  "use strict";
  const formulaire = document.querySelector("[data-grille]");
  if (!formulaire) return;
  const compte = formulaire.querySelector("[data-compte]");
  const depart = new Map(Array.from(formulaire.querySelectorAll("[data-case]"), (c) => [c, c.value]));
  const valeur = (texte) => {
    const t = texte.trim().toUpperCase();
    if (["A", "ACQUISE", "ACQUIS"].includes(t)) return "A";
    if (["N", "NA", "NON ACQUISE", "NON ACQUIS"].includes(t)) return "N";
    return t;
  };
  const teindre = (c) => { c.dataset.valeur = valeur(c.value); };
  const dire = () => {
    const change = Array.from(depart).filter(([c, v]) => valeur(c.value) !== v).length;
    compte.textContent = change ? `${change} case${change > 1 ? "s" : ""} à enregistrer` : "";
  };
  const changer = (c, v) => {
    if (c.value === v) return;
    c.value = v;
    c.removeAttribute("aria-invalid");
    c.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // La case à tant de lignes et de colonnes de celle-ci, en sautant ce qui ne se note pas.
  const voisine = (c, lignes, colonnes) => {
    const rangees = Array.from(c.closest("tbody").rows);
    let l = rangees.indexOf(c.closest("tr")) + lignes, k = c.closest("td").cellIndex + colonnes;
    while (rangees[l] && rangees[l].cells[k]) {
      const trouvee = rangees[l].cells[k].querySelector("[data-case]");
      if (trouvee) return trouvee;
      l += lignes; k += colonnes;
      if (!lignes && !colonnes) return null;
    }
    return null;
  };
  const aller = (c) => { if (c) { c.focus(); c.select(); c.scrollIntoView({ block: "nearest", inline: "nearest" }); } };
  const fleches = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  formulaire.addEventListener("keydown", (e) => {
    const c = e.target.closest("[data-case]");
    if (!c || e.ctrlKey || e.metaKey || e.altKey) return;
    if (fleches[e.key]) { e.preventDefault(); aller(voisine(c, ...fleches[e.key])); return; }
    if (e.key === "Enter") { e.preventDefault(); aller(voisine(c, e.shiftKey ? -1 : 1, 0)); return; }
    const lettre = { a: "A", n: "N" }[e.key.toLowerCase()];
    if (lettre) { e.preventDefault(); changer(c, lettre); aller(voisine(c, 1, 0)); return; }
    if (e.key === "Delete" || e.key === "Backspace" || e.key === " ") { e.preventDefault(); changer(c, ""); }
  });
  formulaire.addEventListener("paste", (e) => {
    const c = e.target.closest("[data-case]");
    const texte = e.clipboardData && e.clipboardData.getData("text/plain");
    if (!c || !texte) return;
    e.preventDefault();
    const rangees = Array.from(c.closest("tbody").rows), l0 = rangees.indexOf(c.closest("tr")), k0 = c.closest("td").cellIndex;
    texte.replace(/\r?\n$/, "").split(/\r?\n/).forEach((ligne, l) => ligne.split("\t").forEach((v, k) => {
      const cellule = rangees[l0 + l] && rangees[l0 + l].cells[k0 + k];
      const cible = cellule && cellule.querySelector("[data-case]");
      if (cible) changer(cible, valeur(v).slice(0, 2));
    }));
  });
  formulaire.addEventListener("focusin", (e) => { if (e.target.matches("[data-case]")) e.target.select(); });
  formulaire.addEventListener("input", (e) => { if (e.target.matches("[data-case]")) { teindre(e.target); dire(); } });
  depart.forEach((_, c) => teindre(c));
  dire();
})();
