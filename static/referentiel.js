// L'éditeur d'un référentiel : les mêmes gestes que sans script, sans recharger la page ni perdre sa place.
(() => {
  "use strict";
  const racine = () => document.querySelector("[data-editeur]");
  let occupe = false, suivant = "";

  const focaliser = (geste, cle, avant) => {
    const editeur = racine();
    const neufs = Array.from(editeur.querySelectorAll("[data-cle]")).filter((e) => !avant.has(e.dataset.cle));
    let cible = null;
    if (geste === "monter" || geste === "descendre") {
      const boite = editeur.querySelector(`[data-cle="${CSS.escape(cle)}"]`);
      cible = boite && (boite.querySelector(`:scope > header [data-geste="${geste}"]`) || boite);
    } else if (geste === "detacher") cible = editeur.querySelector(`[name="${CSS.escape(cle)}-libelle"]`);
    else if (geste === "chercher") cible = editeur.querySelector(".trouves button") || editeur.querySelector("[data-recherche-bloc]");
    else if (neufs.length) cible = neufs[0].querySelector("textarea") || neufs[0];
    else cible = editeur.querySelector("[data-resume]") || editeur.querySelector("[data-geste='ajouter-bloc'], [data-geste='ajouter-competence']");
    if (cible) { cible.focus({ preventScroll: false }); cible.scrollIntoView({ block: "nearest" }); }
  };

  const DITS = { monter: "Monté.", descendre: "Descendu.", retirer: "Retiré ; pas encore enregistré.", "ajouter-bloc": "Bloc ajouté.",
    "ajouter-competence": "Compétence ajoutée.", employer: "Bloc employé.", detacher: "Bloc modifiable.", chercher: "Recherche faite." };

  // Ce qui s'est écrit pendant que la page se refait : il passe dans la nouvelle, rien de tapé n'est perdu.
  const champs = (dans) => Array.from(dans.querySelectorAll("textarea[name], input[name]:not([type=hidden])"));
  const cle = (c) => (c.type === "checkbox" ? `${c.name}=${c.value}` : c.name);
  const valeur = (c) => (c.type === "checkbox" ? c.checked : c.value);
  const reporter = (envoyes, neuf) => {
    const neufs = new Map(champs(neuf).map((c) => [cle(c), c]));
    for (const c of champs(racine())) {
      const la = neufs.get(cle(c));
      if (!la || !envoyes.has(cle(c)) || envoyes.get(cle(c)) === valeur(c)) continue;
      if (c.type === "checkbox") la.checked = c.checked; else la.value = c.value;
    }
  };

  const faire = async (formulaire, bouton) => {
    occupe = true;
    const envoyes = new Map(champs(formulaire).map((c) => [cle(c), valeur(c)]));
    const [geste, sur = ""] = bouton.value.split(":");
    const avant = new Set(Array.from(racine().querySelectorAll("[data-cle]"), (e) => e.dataset.cle));
    const donnees = new URLSearchParams(new FormData(formulaire));
    donnees.set("geste", bouton.value);
    try {
      const reponse = await fetch(formulaire.action, { method: "POST", body: donnees, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
      const neuf = page.querySelector("[data-editeur]");
      if (!neuf) { suivant = ""; formulaire.dataset.sansScript = "1"; bouton.click(); return; }
      reporter(envoyes, neuf);
      racine().replaceWith(neuf);
      // La garde de la console ne connaît que le formulaire d'origine : la saisie non enregistrée se garde ici.
      const dit = neuf.querySelector("[data-dit]");
      if (dit) dit.textContent = DITS[geste] || "";
      focaliser(geste, sur, avant);
    } catch {
      suivant = ""; formulaire.dataset.sansScript = "1"; bouton.click();
    } finally {
      occupe = false;
      const attendu = suivant && racine().querySelector(`[name=geste][value="${CSS.escape(suivant)}"]`);
      suivant = "";
      if (attendu) attendu.click();
    }
  };

  let parti = false;
  document.addEventListener("submit", (e) => {
    const bouton = e.submitter;
    if (!e.target.matches(".editeur")) return;
    if (occupe && !e.target.dataset.sansScript) {
      // Un geste à la fois : le dernier demandé se fait quand la page est refaite.
      e.preventDefault(); e.stopImmediatePropagation();
      suivant = bouton ? bouton.value : "enregistrer";
    } else if (bouton && bouton.dataset.geste && !e.target.dataset.sansScript) {
      e.preventDefault(); e.stopImmediatePropagation();
      faire(e.target, bouton);
    } else parti = true;
  }, true);
  window.addEventListener("beforeunload", (e) => { if (!parti && racine().querySelector("[data-change]")) e.preventDefault(); });

  document.addEventListener("keydown", (e) => {
    if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) {
      const boite = e.target.closest("[data-cle]");
      const bouton = boite && boite.querySelector(`:scope > header [data-geste="${e.key === "ArrowUp" ? "monter" : "descendre"}"]`);
      if (boite) e.preventDefault();
      if (bouton) bouton.click();
    } else if (e.key === "Enter" && e.target.matches("[data-recherche-bloc]")) {
      e.preventDefault();
      document.querySelector("[data-geste='chercher']").click();
    }
  });
})();
