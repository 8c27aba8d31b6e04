// Délibération : un vote part dès qu'il est posé et ne se perd pas ; ce que d'autres changent apparaît sans recharger.
(() => {
  "use strict";
  const imprimer = document.querySelector("[data-imprimer]");
  if (imprimer) imprimer.addEventListener("click", () => window.print());
  const racine = document.querySelector("[data-deliberation]");
  if (!racine || !("ouvert" in racine.dataset)) return;
  const boiteDe = (nom) => racine.querySelector(`.vote[data-case="${nom}"]`);
  const choisie = (boite) => (boite.querySelector("input:checked") || {}).value || "";
  const poser = (boite, valeur) => boite.querySelectorAll("input").forEach((i) => { i.checked = i.value === valeur; });
  const etatDit = racine.querySelector("[data-role=etat]");
  const dire = (texte, genre = "attention") => {
    etatDit.textContent = texte;
    etatDit.className = `alerte alerte-${genre}`;
    etatDit.hidden = !texte;
  };

  // La file : ce qui est posé et pas encore enregistré, gardé par l'appareil le temps que la connexion revienne.
  const cle = `votes-${racine.dataset.deliberation}`;
  const lire = () => { try { return JSON.parse(localStorage.getItem(cle)) || []; } catch { return []; } };
  const garder = (file) => { try { file.length ? localStorage.setItem(cle, JSON.stringify(file)) : localStorage.removeItem(cle); } catch { memoire = file; } };
  let memoire = [];
  const file = () => { const gardee = lire(); return gardee.length ? gardee : memoire; };
  const changer = (faire) => { const f = file(); const neuve = faire(f) || f; memoire = neuve; garder(neuve); return neuve; };
  const attend = (nom) => file().some((g) => g.case === nom);
  const geste = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`);

  const montrerDecompte = (dans, etat) => {
    const decompte = dans.querySelector("[data-role=decompte]");
    if (!decompte || !etat || !("pour" in etat)) return;
    decompte.textContent = `${etat.pour} – ${etat.contre}`;
    const decision = dans.querySelector("[data-role=decision]");
    decision.textContent = etat.decision || "–";
    decision.className = "pastille " + ({ A: "pastille-succes", NA: "pastille-danger" }[etat.decision] || "");
    dans.querySelector("[data-role=preponderante]").hidden = !etat.preponderante;
  };
  const montrer = (candidat, annoncer) => {
    Object.entries(candidat.votes).forEach(([nom, vote]) => {
      const boite = boiteDe(nom);
      if (!boite || Number(boite.dataset.version) >= vote.version) return;
      const ailleurs = choisie(boite) !== vote.valeur;
      boite.dataset.version = vote.version;
      if (attend(nom)) return;
      poser(boite, vote.valeur);
      boite.querySelector("[data-role=par]").textContent = vote.par ? `consigné par ${vote.par}` : "";
      if (annoncer && ailleurs) { boite.classList.add("change"); setTimeout(() => boite.classList.remove("change"), 6000); }
    });
    const principal = racine.querySelector(`[data-numero="${candidat.numero}"]:not([data-bloc])`);
    if (!principal) return;
    const decomptes = principal.matches("article") ? principal.querySelector(":scope > .decompte") : principal;
    if (decomptes) montrerDecompte(decomptes, candidat);
    Object.entries(candidat.blocs || {}).forEach(([bloc, etat]) => {
      const ligne = racine.querySelector(`tr[data-numero="${candidat.numero}"][data-bloc="${bloc}"], article[data-numero="${candidat.numero}"] [data-bloc="${bloc}"]`);
      if (ligne) montrerDecompte(ligne, etat);
    });
    const constats = principal.querySelector("[data-role=constats]");
    if (constats && candidat.constats) constats.replaceChildren(...candidat.constats.map((texte) => {
      const li = document.createElement("li");
      li.textContent = texte;
      return li;
    }));
    if (candidat.signe) racine.querySelectorAll(`[data-numero="${candidat.numero}"] .vote`).forEach((b) => { b.disabled = true; });
  };

  let enRoute = false, perdue = false;
  const marquer = () => racine.querySelectorAll(".vote").forEach((b) => b.classList.toggle("en-attente", attend(b.dataset.case)));
  const envoyer = async (g) => {
    const [numero, siege, bloc] = g.case.split("-");
    const corps = new URLSearchParams({ csrf_token: racine.dataset.jeton, numero, siege, bloc, valeur: g.valeur, vu: g.vu, geste: g.geste });
    return fetch(racine.dataset.voter, { method: "POST", body: corps, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(15000) });
  };
  const vider = async () => {
    if (enRoute) return;
    enRoute = true;
    try {
      for (let g = file()[0]; g; g = file()[0]) {
        let reponse, etat = null;
        try { reponse = await envoyer(g); } catch { reponse = null; }
        if (reponse && (reponse.headers.get("Content-Type") || "").includes("json")) etat = await reponse.json().catch(() => null);
        if (!reponse || reponse.status >= 500 || reponse.status === 429 || !etat) {
          perdue = true;
          const combien = file().length;
          if (reponse && reponse.status < 500 && reponse.status !== 429) dire("Votre session est fermée : rechargez la page et reconnectez-vous. Vos votes attendent sur cet appareil.", "danger");
          else dire(`Connexion perdue : ${combien > 1 ? `${combien} votes attendent` : "un vote attend"} sur cet appareil, et ${combien > 1 ? "partiront" : "partira"} dès son retour.`);
          setTimeout(vider, 2000);
          return;
        }
        const boite = boiteDe(g.case);
        changer((f) => f.filter((x) => x.geste !== g.geste && !(reponse.status >= 400 && x.case === g.case)));
        const vote = (etat.votes || {})[g.case];
        if (reponse.ok && vote) changer((f) => { f.forEach((x) => { if (x.case === g.case) x.vu = vote.version; }); });
        if (boite && !reponse.ok) {
          // Ce qui n'est pas enregistré ne s'affiche pas comme enregistré.
          poser(boite, vote ? vote.valeur : "");
          boite.classList.add("change");
          dire(etat.erreur || "Ce vote n'a pas été enregistré.", "danger");
        } else if (perdue && !file().length) { perdue = false; dire("La connexion est revenue : tous vos votes sont enregistrés.", "succes"); }
        else if (!perdue && boite) { boite.classList.remove("change"); dire(""); }
        if (etat.numero) montrer(etat, false);
        marquer();
      }
    } finally { enRoute = false; marquer(); }
  };
  const voter = (boite, valeur) => {
    const nom = boite.dataset.case;
    changer((f) => {
      // Le premier de la file est peut-être déjà parti : il garde sa clé ; un choix nouveau le suit.
      const dernier = f.map((g) => g.case).lastIndexOf(nom);
      if (dernier > 0 || (dernier === 0 && !enRoute)) Object.assign(f[dernier], { valeur, geste: geste() });
      else f.push({ case: nom, valeur, vu: Number(boite.dataset.version), geste: geste() });
    });
    marquer();
    vider();
  };
  racine.addEventListener("change", (e) => { const boite = e.target.closest(".vote"); if (boite) voter(boite, e.target.value); });
  racine.addEventListener("keydown", (e) => {
    const boite = e.target.closest(".vote");
    const valeur = { a: "A", n: "NA" }[e.key.toLowerCase()];
    if (!boite || !valeur || e.ctrlKey || e.metaKey || e.altKey || boite.disabled) return;
    e.preventDefault();
    const choix = boite.querySelector(`input[value="${valeur}"]`);
    choix.focus();
    if (!choix.checked) { choix.checked = true; voter(boite, valeur); }
  });
  // Au rechargement, ce qui attendait attend encore.
  file().forEach((g) => { const boite = boiteDe(g.case); if (boite) poser(boite, g.valeur); });
  marquer();
  vider();
  window.addEventListener("online", vider);

  // Le flux : des lectures courtes que le navigateur refait de lui-même, depuis ce qu'il a vu (Last-Event-ID).
  let source;
  const suivre = () => {
    source = new EventSource(racine.dataset.flux);
    source.addEventListener("etat", (e) => {
      const etat = JSON.parse(e.data);
      if (!etat.ouvert) { source.close(); if (!file().length) location.reload(); return; }
      const arrivee = racine.querySelector("[data-role=votants]");
      if (arrivee && racine.dataset.votants) arrivee.hidden = Number(racine.dataset.votants) === etat.votants;
      etat.candidats.forEach((c) => montrer(c, true));
    });
    source.addEventListener("error", async () => {
      if (source.readyState !== EventSource.CLOSED) return;
      // Refusé pour de bon : le lien ou la session est mort, la page le dira ; sinon, un serveur occupé : on revient.
      const r = await fetch(racine.dataset.flux).catch(() => null);
      if (r && (r.status === 404 || r.redirected) && !file().length) location.reload();
      else setTimeout(suivre, 5000);
    });
  };
  suivre();
})();
