// Inscrire : créer sur place ce que la recherche ne trouve pas, choisir les blocs, montrer les personnes proches.
// Sans script, les mêmes champs se remplissent à la main et le serveur juge pareil.
(() => {
  "use strict";
  const champ = (nom) => document.querySelector(`[name="${nom}"]`);
  const texte = (nom) => document.querySelector(`[name="${nom}__texte"]`);
  const dire = (c) => c.dispatchEvent(new Event("change", { bubbles: true }));

  // « Nouveau candidat », « Nouvelle entreprise » : ce qui était tapé passe dans les champs de création.
  document.addEventListener("creer", (e) => {
    const nom = e.target.querySelector("[data-choix-cle]").name, tape = e.detail.trim();
    let premier;
    if (nom === "candidat") {
      const mots = tape.split(/\s+/);
      const prenom = mots.length > 1 ? mots.pop() : "";
      if (!champ("nom_naissance").value) champ("nom_naissance").value = mots.join(" ");
      if (prenom && !champ("prenoms").value) champ("prenoms").value = prenom;
      premier = champ("civilite");
    } else {
      const chiffres = tape.replace(/\s/g, "");
      const vers = champ(/^\d+$/.test(chiffres) ? "siret" : "raison_sociale");
      if (!vers.value) vers.value = vers.name === "siret" ? chiffres : tape;
      premier = champ(vers.name === "siret" ? "raison_sociale" : "siret");
    }
    dire(e.target.querySelector("[data-choix-texte]"));
    if (e.target.contains(document.activeElement)) premier.focus();
  });

  // La civilité propose le sexe, qu'on peut corriger.
  const civilite = champ("civilite"), sexe = champ("sexe");
  let propose = "";
  civilite.addEventListener("change", () => {
    if (sexe.value === propose) sexe.value = propose = { "M.": "M", Mme: "F" }[civilite.value] || "";
  });

  // Les blocs de la version en vigueur à la date : des cases, à la place des numéros à taper.
  const blocs = champ("blocs"), boite = blocs.closest(".champ"), cases = document.createElement("fieldset");
  cases.className = "champ cases champ-large"; cases.hidden = true;
  boite.after(cases);
  let demande = 0;
  const cible = async () => {
    const ma = ++demande, certification = champ("certification").value;
    const adresse = new URL(document.querySelector("[data-cible]").dataset.cible, location.href);
    adresse.searchParams.set("certification", certification);
    adresse.searchParams.set("le", champ("date_inscription").value);
    let liste = [];
    if (certification) {
      try {
        const r = await fetch(adresse, { headers: { Accept: "application/json" } });
        if (r.ok) liste = await r.json();
      } catch { return; }
    }
    if (ma !== demande) return;
    const voulus = blocs.value.split(",").map((b) => b.trim()).filter(Boolean);
    const legende = document.createElement("legend"), dedans = document.createElement("div");
    legende.textContent = "Blocs visés (aucun : la certification entière)";
    dedans.className = "cases-liste";
    cases.replaceChildren(legende, dedans);
    dedans.replaceChildren(...liste.map((b) => {
      const l = document.createElement("label"), c = document.createElement("input");
      c.type = "checkbox"; c.value = b.code; c.checked = voulus.includes(b.code);
      c.addEventListener("change", () => {
        blocs.value = Array.from(cases.querySelectorAll("input:checked"), (x) => x.value).join(", ");
      });
      l.append(c, ` ${b.code} – ${b.libelle}`);
      return l;
    }));
    // Un numéro que la liste n'a pas reste à l'écran : c'est au serveur d'en juger.
    const inconnus = voulus.some((v) => !liste.some((b) => b.code === v));
    cases.hidden = !liste.length;
    boite.hidden = !inconnus && (liste.length > 0 || !!certification);
  };
  [texte("certification"), champ("date_inscription")].forEach((c) => c.addEventListener("change", cible));
  cible();

  // Les personnes du centre qui ressemblent à celle qu'on saisit.
  const proches = document.querySelector("[data-proches]");
  const identite = ["nom_naissance", "nom_usage", "prenoms", "date_naissance", "ville_naissance"];
  let posee = "";
  const chercher = async () => {
    const corps = new URLSearchParams(identite.map((n) => [n, champ(n).value]));
    const commune = texte("commune").value.replace(/ \([^)]*\)$/, "");
    if (commune) corps.set("ville_naissance", commune);
    if (!corps.get("nom_naissance") || !corps.get("prenoms") || !corps.get("date_naissance")) { proches.replaceChildren(); return; }
    if (String(corps) === posee) return;
    posee = String(corps);
    let liste = [];
    try {
      const r = await fetch(proches.dataset.proches, {
        method: "POST", body: corps, headers: { Accept: "application/json", "X-CSRFToken": champ("csrf_token").value },
      });
      if (!r.ok) return;
      liste = await r.json();
    } catch { return; }
    proches.replaceChildren(...liste.map((p) => {
      const ligne = document.createElement("p"), bouton = document.createElement("button");
      ligne.className = "alerte alerte-attention";
      ligne.textContent = `Peut-être déjà connue : ${p.texte} (${p.motifs}). `;
      bouton.type = "button"; bouton.className = "bouton"; bouton.textContent = "Inscrire cette personne";
      bouton.addEventListener("click", () => {
        champ("candidat").value = p.id; texte("candidat").value = p.texte;
        proches.replaceChildren(); dire(texte("candidat")); champ("date_inscription").focus();
      });
      ligne.append(bouton);
      return ligne;
    }));
  };
  [...identite.map(champ), texte("commune")].forEach((c) => c.addEventListener("change", () => setTimeout(chercher, 200)));
})();
