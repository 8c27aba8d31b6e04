// Séance du GTP : un vote part dès qu'il est posé, le décompte affiché est celui du serveur.
(() => {
  "use strict";
  const page = document.querySelector(".gtp[data-voter]");
  if (!page) return;
  const poses = new Map();
  page.querySelectorAll(".vote-gtp input:checked").forEach((i) => poses.set(i.name, i.value));
  const message = (texte) => {
    let boite = document.getElementById("erreur-vote");
    if (!boite) {
      boite = document.createElement("div");
      boite.id = "erreur-vote"; boite.className = "alerte alerte-danger"; boite.setAttribute("role", "alert");
      page.before(boite);
    }
    boite.textContent = texte;
    boite.hidden = !texte;
  };
  const montrer = (etat) => {
    const point = page.querySelector(`[data-point="${etat.point}"]`);
    point.querySelector("[data-role=decompte]").textContent = etat.decompte;
    point.querySelector("[data-role=resultat]").textContent = etat.resultat;
    // Un vote changé rouvre la décision.
    if (!etat.decidee) {
      point.querySelector("[data-role=decision]").textContent = "";
    }
  };
  const voter = async (choix) => {
    const boite = choix.closest("fieldset"), point = choix.closest("[data-point]").dataset.point, avant = poses.get(choix.name);
    boite.classList.add("en-cours");
    const corps = new URLSearchParams({ csrf_token: page.dataset.jeton, point, presence: choix.dataset.presence, sens: choix.value });
    try {
      const r = await fetch(page.dataset.voter, { method: "POST", body: corps, headers: { Accept: "application/json" } });
      const json = (r.headers.get("Content-Type") || "").includes("json");
      const etat = json ? await r.json() : { erreur: "Votre session a expiré : rechargez la page et reconnectez-vous." };
      if (!r.ok || etat.erreur) throw new Error(etat.erreur || "Le vote n'a pas été enregistré : réessayez.");
      poses.set(choix.name, choix.value);
      message("");
      montrer(etat);
    } catch (erreur) {
      // Ce qui n'est pas enregistré ne s'affiche pas comme enregistré.
      boite.querySelectorAll("input").forEach((i) => { i.checked = i.value === avant; });
      message(erreur instanceof TypeError ? "La connexion est perdue : ce vote n'est pas enregistré." : erreur.message);
    } finally {
      boite.classList.remove("en-cours");
    }
  };
  page.addEventListener("change", (e) => { if (e.target.closest(".vote-gtp")) voter(e.target); });
  page.addEventListener("keydown", (e) => {
    const boite = e.target.closest(".vote-gtp");
    const valeur = { p: "pour", c: "contre", a: "abstention" }[e.key.toLowerCase()];
    if (!boite || !valeur || e.ctrlKey || e.metaKey || e.altKey || boite.disabled) return;
    e.preventDefault();
    const choix = boite.querySelector(`input[value="${valeur}"]`);
    choix.focus();
    if (!choix.checked) { choix.checked = true; voter(choix); }
  });
})();
