// Console : menu, dialogues de confirmation, recherche d'une fiche liée, gardes des formulaires. Sans dépendance.
(() => {
  "use strict";
  const racine = document.documentElement;
  racine.classList.add("js");
  const tous = (sel, dans = document) => Array.from(dans.querySelectorAll(sel));

  // Menu : replié sur petit écran ; un clic ailleurs ou Échap ferme les sous-menus.
  const menu = document.querySelector("[data-menu]");
  const bouton = document.querySelector("[data-menu-bouton]");
  if (bouton) bouton.addEventListener("click", () => {
    bouton.setAttribute("aria-expanded", String(menu.classList.toggle("menu-ouvert")));
  });
  const fermables = () => tous(".menu details[open], .deroulant[open]");
  document.addEventListener("click", (e) => fermables().forEach((d) => { if (!d.contains(e.target)) d.open = false; }));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    fermables().forEach((d) => { d.open = false; if (d.contains(document.activeElement)) d.querySelector("summary").focus(); });
  });

  // Résumé d'erreurs : il prend le focus, ses liens mènent au champ.
  const resume = document.querySelector("[data-resume]");
  if (resume) resume.focus();
  document.addEventListener("click", (e) => {
    const lien = e.target.closest("[data-resume] a[href^='#']");
    const champ = lien && document.getElementById(lien.hash.slice(1));
    if (champ) { e.preventDefault(); champ.focus(); champ.scrollIntoView({ block: "center" }); }
  });

  // Confirmation par dialogue ; sans script, le serveur demande la même chose par une page.
  const dialogue = document.getElementById("dialogue");
  const demander = (question, oui) => {
    dialogue.querySelector("[data-dialogue-texte]").textContent = question;
    dialogue.querySelector("[data-dialogue-oui]").onclick = () => { dialogue.close(); oui(); };
    dialogue.querySelector("[data-dialogue-non]").onclick = () => dialogue.close();
    dialogue.showModal();
  };
  const confirmer = (formulaire, bouton) => {
    const champ = document.createElement("input");
    champ.type = "hidden"; champ.name = "confirme"; champ.value = "1";
    formulaire.append(champ);
    formulaire.dataset.confirme = "1";
    formulaire.requestSubmit(bouton || undefined);
  };
  document.addEventListener("submit", (e) => {
    const f = e.target;
    if (f.dataset.confirme) return;
    let question = f.dataset.confirmer || (e.submitter && e.submitter.dataset.confirmer);
    if ("actions" in f.dataset) {
      const coches = tous("input[name=rowid]:checked", f).length;
      const choix = f.querySelector("select[name=action]").selectedOptions[0];
      if (coches && choix.dataset.question) question = `${choix.textContent} (${coches} ligne${coches > 1 ? "s" : ""}) : ${choix.dataset.question}`;
    }
    if (question) { e.preventDefault(); e.stopImmediatePropagation(); demander(question, () => confirmer(f, e.submitter)); }
  }, true);
  tous("[data-tout-cocher]").forEach((c) => c.addEventListener("change", () => {
    tous("input[name=rowid]", c.closest("table")).forEach((l) => { l.checked = c.checked; });
  }));

  tous("[data-tout]").forEach((c) => c.addEventListener("change", () => {
    tous(`input[name="${c.dataset.tout}"]`, c.form || document).forEach((l) => { l.checked = c.checked; });
  }));

  // Un formulaire ne part qu'une fois, et ne se perd pas sans question.
  let modifie = false;
  tous("form[data-garde]").forEach((f) => {
    f.addEventListener("input", () => { modifie = true; });
    if (resume) modifie = true;
  });
  window.addEventListener("beforeunload", (e) => { if (modifie) e.preventDefault(); });
  document.addEventListener("submit", (e) => {
    const f = e.target;
    if (e.defaultPrevented || f.method !== "post") return;
    if (f.dataset.envoye) { e.preventDefault(); return; }
    f.dataset.envoye = "1"; modifie = false;
    tous("button", f).forEach((b) => b.setAttribute("aria-disabled", "true"));
  });
  window.addEventListener("pageshow", (e) => {
    if (e.persisted) tous("form[data-envoye]").forEach((f) => {
      delete f.dataset.envoye; tous("button", f).forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });

  // Recherche d'une fiche liée : combobox ARIA au-dessus d'un champ de texte.
  let rang = 0;
  const combobox = (boite) => {
    const texte = boite.querySelector("[data-choix-texte]"), cle = boite.querySelector("[data-choix-cle]");
    const liste = document.createElement("ul");
    liste.id = `choix-${++rang}`; liste.className = "choix-liste"; liste.hidden = true;
    liste.setAttribute("role", "listbox");
    liste.setAttribute("aria-label", "Réponses");
    boite.append(liste);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": liste.id })
      .forEach(([k, v]) => texte.setAttribute(k, v));
    let attente, demande = 0, actif = -1, choisi = texte.value;
    const options = () => tous("[role=option]", liste);
    // Fermer renonce à la recherche en route : sa réponse rouvrirait la liste par-dessus ce qui suit.
    const ouvrir = (oui) => { liste.hidden = !oui; texte.setAttribute("aria-expanded", String(oui)); if (!oui) { clearTimeout(attente); demande++; actif = -1; texte.removeAttribute("aria-activedescendant"); } };
    const marquer = (i) => {
      const o = options(); if (!o.length) return;
      actif = (i + o.length) % o.length;
      o.forEach((x, n) => x.setAttribute("aria-selected", String(n === actif)));
      texte.setAttribute("aria-activedescendant", o[actif].id);
      o[actif].scrollIntoView({ block: "nearest" });
    };
    const creer = () => { const tape = texte.value; texte.value = choisi = ""; ouvrir(false); boite.dispatchEvent(new CustomEvent("creer", { bubbles: true, detail: tape })); };
    const prendre = (o) => { if (o.dataset.creer) { creer(); return; } texte.value = choisi = o.textContent; cle.value = o.dataset.cle; ouvrir(false); texte.dispatchEvent(new Event("change", { bubbles: true })); modifie = modifie || !!texte.closest("[data-garde]"); };
    const chercher = async () => {
      const ma = ++demande;
      const adresse = new URL(boite.dataset.adresse, location.href);
      adresse.searchParams.set("query", texte.value === choisi && cle.value ? "" : texte.value);
      let reponses = [];
      try {
        const r = await fetch(adresse, { headers: { Accept: "application/json" } });
        if (!r.ok) return;
        reponses = await r.json();
      } catch { return; }
      if (ma !== demande || document.activeElement !== texte) return;
      liste.replaceChildren(...reponses.map((x, n) => {
        const li = document.createElement("li");
        li.id = `${liste.id}-${n}`; li.setAttribute("role", "option"); li.setAttribute("aria-selected", "false");
        li.dataset.cle = x.id; li.textContent = x.texte;
        return li;
      }));
      if (!reponses.length) {
        const li = document.createElement("li");
        li.className = "choix-rien"; li.setAttribute("role", "option"); li.setAttribute("aria-disabled", "true");
        li.textContent = "Aucune réponse";
        if (boite.dataset.creer && texte.value.trim()) {
          li.className = ""; li.id = `${liste.id}-0`; li.dataset.creer = "1"; li.removeAttribute("aria-disabled");
          li.textContent = `${boite.dataset.creer} : « ${texte.value.trim()} »`;
        }
        liste.append(li);
      }
      ouvrir(true);
    };
    texte.addEventListener("input", () => { cle.value = ""; clearTimeout(attente); attente = setTimeout(chercher, 180); });
    texte.addEventListener("focus", () => { if (!cle.value) chercher(); });
    texte.addEventListener("keydown", (e) => {
      if (e.key === "ArrowDown") { e.preventDefault(); if (liste.hidden) chercher(); else marquer(actif + 1); }
      else if (e.key === "ArrowUp") { e.preventDefault(); marquer(actif - 1); }
      else if (e.key === "Enter" && !liste.hidden && actif >= 0) { e.preventDefault(); prendre(options()[actif]); }
      else if (e.key === "Escape" && !liste.hidden) { e.stopPropagation(); ouvrir(false); }
    });
    texte.addEventListener("blur", () => setTimeout(() => {
      const o = options().filter((x) => x.dataset.cle);
      if (!cle.value && texte.value && o.length === 1 && !liste.hidden) prendre(o[0]);
      else if (!cle.value && texte.value.trim() && !liste.hidden && options().some((x) => x.dataset.creer)) creer();
      ouvrir(false);
    }, 150));
    liste.addEventListener("mousedown", (e) => {
      e.preventDefault();
      const o = e.target.closest("[role=option]");
      if (o && (o.dataset.cle || o.dataset.creer)) prendre(o);
    });
  };
  tous("[data-choix]").forEach(combobox);
  document.addEventListener("change", (e) => {
    const p = e.target.dataset && e.target.dataset.proposition;
    if (!p) return;
    const boite = e.target.closest(".champ").querySelector("[data-choix]");
    boite.querySelector("[data-choix-texte]").value = p;
    boite.querySelector("[data-choix-cle]").value = e.target.value;
    e.target.removeAttribute("name");
  });

  // Champs appelés par d'autres : data-si="origine=SL&entreprise=|voie=vae,vae_branche" ; sans script, tout est visible.
  const selon = () => tous("[data-si]").forEach((bloc) => {
    const vu = bloc.dataset.si.split("|").some((regle) => regle.split("&").every((condition) => {
      const [nom, valeurs] = condition.split("=");
      const champ = document.querySelector(`[name="${nom}"]`);
      return champ && valeurs.split(",").includes(champ.value);
    }));
    if (bloc.hidden === !vu) return;
    bloc.hidden = !vu;
    // Ce qui est caché part vide ; montré de nouveau, il retrouve sa valeur.
    tous("input, select, textarea", bloc).forEach((c) => {
      const nom = c.type === "checkbox" || c.type === "radio" ? "checked" : "value";
      if (vu) { c[nom] = c._garde ?? c[nom]; } else { c._garde = c[nom]; c[nom] = nom === "value" ? "" : false; }
    });
  });
  if (document.querySelector("[data-si]")) { selon(); document.addEventListener("change", selon); }

  // Dépôt d'un fichier par glisser.
  tous("[data-depot]").forEach((d) => {
    const entree = d.querySelector("input[type=file]");
    ["dragover", "dragleave", "drop"].forEach((nom) => d.addEventListener(nom, (e) => {
      e.preventDefault();
      d.classList.toggle("depot-survol", nom === "dragover");
      if (nom === "drop" && e.dataTransfer.files.length) entree.files = e.dataTransfer.files;
    }));
  });
})();
