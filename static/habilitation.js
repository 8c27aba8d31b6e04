// La grille : les comptes et le trait de couleur suivent la saisie. Sans script, ils se mettent à jour à l'enregistrement.
(() => {
  "use strict";
  const indicateurs = Array.from(document.querySelectorAll("[data-indicateur]"));
  const comptes = document.querySelector("[data-comptes]");
  if (!indicateurs.length || !comptes) return;
  const compter = () => {
    const valeurs = indicateurs.map((i) => {
      const choisi = i.querySelector("input[type=radio]:checked");
      const valeur = choisi ? choisi.value : "";
      i.className = `indicateur indicateur-${valeur || "vide"}`;
      return valeur;
    });
    comptes.querySelectorAll("[data-compte]").forEach((c) => {
      c.textContent = String(valeurs.filter((v) => v === c.dataset.compte).length);
    });
  };
  document.addEventListener("change", (e) => { if (e.target.matches("[data-indicateur] input[type=radio]")) compter(); });
  compter();
})();
