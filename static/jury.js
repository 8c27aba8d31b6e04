// Délibération : un vote part dès qu'il est posé, les autres fenêtres se mettent à jour ; rien ne se perd au rechargement.
(() => {
  "use strict";
  const table = document.querySelector(".deliberation");
  if (!table) return;
  const ouvert = "ouvert" in table.dataset;
  const ligne = (numero) => table.querySelector(`tr[data-numero="${numero}"]`);
  const montrer = (etat) => {
    const tr = ligne(etat.numero);
    if (!tr || !("pour" in etat)) return;
    tr.querySelector("[data-role=decompte]").textContent = `${etat.pour} – ${etat.contre}`;
    const decision = tr.querySelector("[data-role=decision]");
    decision.textContent = etat.decision || "–";
    decision.className = "pastille " + ({ A: "pastille-succes", NA: "pastille-danger" }[etat.decision] || "");
    tr.querySelector("[data-role=preponderante]").hidden = !etat.preponderante;
    tr.querySelector("[data-role=constats]").replaceChildren(...etat.constats.map((texte) => {
      const li = document.createElement("li");
      li.textContent = texte;
      return li;
    }));
  };
  const message = (texte) => {
    let boite = document.getElementById("erreur-vote");
    if (!boite) {
      boite = document.createElement("div");
      boite.id = "erreur-vote"; boite.className = "alerte alerte-danger"; boite.setAttribute("role", "alert");
      table.before(boite);
    }
    boite.textContent = texte;
    boite.hidden = !texte;
  };
  const poses = new Map();
  table.querySelectorAll(".vote input:checked").forEach((i) => poses.set(i.name, i.value));
  const voter = async (choix) => {
    const boite = choix.closest("fieldset"), avant = poses.get(choix.name);
    boite.classList.add("en-cours");
    const corps = new URLSearchParams({
      csrf_token: table.dataset.jeton, presentation: choix.dataset.presentation, siege: choix.dataset.siege, valeur: choix.value,
    });
    try {
      const r = await fetch(table.dataset.voter, { method: "POST", body: corps, headers: { Accept: "application/json" } });
      const genre = r.headers.get("Content-Type") || "";
      const etat = genre.includes("json") ? await r.json() : { erreur: "Votre session a expiré : rechargez la page et reconnectez-vous." };
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
  table.addEventListener("change", (e) => { if (e.target.closest(".vote")) voter(e.target); });
  table.addEventListener("keydown", (e) => {
    const boite = e.target.closest(".vote");
    const valeur = { a: "A", n: "NA" }[e.key.toLowerCase()];
    if (!boite || !valeur || e.ctrlKey || e.metaKey || e.altKey || boite.disabled) return;
    e.preventDefault();
    const choix = boite.querySelector(`input[value="${valeur}"]`);
    choix.focus();
    if (!choix.checked) { choix.checked = true; voter(choix); }
  });
  if (!ouvert) return;
  const suivre = async () => {
    if (document.hidden || table.querySelector(".en-cours")) return;
    try {
      const r = await fetch(table.dataset.votes, { headers: { Accept: "application/json" } });
      if (!r.ok || !(r.headers.get("Content-Type") || "").includes("json")) return;
      const etat = await r.json();
      if (!etat.ouvert) { location.reload(); return; }
      etat.candidats.forEach((c) => {
        const tr = ligne(c.numero);
        if (!tr || tr.querySelector(".en-cours")) return;
        Object.entries(c.votes).forEach(([siege, valeur]) => {
          const choix = tr.querySelector(`input[data-siege="${siege}"][value="${valeur}"]`);
          if (choix) { choix.checked = true; poses.set(choix.name, valeur); }
        });
        montrer(c);
      });
    } catch { /* réseau perdu : le prochain vote le dira */ }
  };
  setInterval(suivre, 3000);
})();
