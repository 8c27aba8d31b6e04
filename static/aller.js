// Aller à une page ou une fiche : Ctrl+K (⌘K) ouvre la boîte ; flèches, Entrée, Échap. Sans script, le lien ouvre la page.
(() => {
  "use strict";
  const lien = document.querySelector("[data-aller]");
  if (!lien) return;
  const boite = document.createElement("dialog");
  boite.className = "aller"; boite.setAttribute("aria-label", "Aller à");
  const champ = document.createElement("input");
  Object.entries({ type: "search", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": "aller-liste",
    "aria-expanded": "false", "aria-label": "Nom, numéro ou page", placeholder: "Nom, numéro ou page", maxlength: "100" })
    .forEach(([k, v]) => champ.setAttribute(k, v));
  const liste = document.createElement("ul");
  liste.id = "aller-liste"; liste.setAttribute("role", "listbox"); liste.setAttribute("aria-label", "Réponses");
  const etat = document.createElement("p");
  etat.className = "aide"; etat.setAttribute("role", "status");
  boite.append(champ, liste, etat);
  document.body.append(boite);

  let actif = -1, demande = 0, attente;
  const options = () => Array.from(liste.querySelectorAll("[role=option]"));
  const marquer = (i) => {
    const o = options(); if (!o.length) return;
    actif = (i + o.length) % o.length;
    o.forEach((x, n) => x.setAttribute("aria-selected", String(n === actif)));
    champ.setAttribute("aria-activedescendant", o[actif].id);
    o[actif].scrollIntoView({ block: "nearest" });
  };
  const montrer = (reponses) => {
    liste.replaceChildren(...reponses.map((r, n) => {
      const li = document.createElement("li");
      li.id = `aller-${n}`; li.setAttribute("role", "option"); li.setAttribute("aria-selected", "false"); li.dataset.adresse = r.adresse;
      const sorte = document.createElement("small"); sorte.textContent = r.sorte;
      li.append(document.createTextNode(r.texte), sorte);
      return li;
    }));
    champ.setAttribute("aria-expanded", String(reponses.length > 0));
    champ.removeAttribute("aria-activedescendant");
    etat.textContent = reponses.length ? "↑ ↓ pour choisir, Entrée pour aller" : champ.value.trim() ? "Aucune réponse" : "";
    actif = -1;
    if (reponses.length) marquer(0);
  };
  const chercher = async () => {
    const ma = ++demande;
    const adresse = new URL(lien.href);
    adresse.searchParams.set("q", champ.value);
    try {
      const r = await fetch(adresse, { headers: { Accept: "application/json" } });
      if (ma !== demande) return;
      if (!r.ok) throw new Error(String(r.status));
      montrer(await r.json());
    } catch { if (ma === demande) { liste.replaceChildren(); etat.textContent = "La recherche n'a pas répondu : réessayez."; } }
  };
  const ouvrir = () => { champ.value = ""; liste.replaceChildren(); etat.textContent = ""; boite.showModal(); champ.focus(); chercher(); };
  document.addEventListener("keydown", (e) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k") {
      e.preventDefault();
      if (boite.open) boite.close(); else if (!document.querySelector("dialog[open]")) ouvrir();
    }
  });
  lien.addEventListener("click", (e) => { e.preventDefault(); ouvrir(); });
  champ.addEventListener("input", () => { clearTimeout(attente); attente = setTimeout(chercher, 150); });
  champ.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown") { e.preventDefault(); marquer(actif + 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); marquer(actif - 1); }
    else if (e.key === "Enter" && actif >= 0) { e.preventDefault(); location.assign(options()[actif].dataset.adresse); }
  });
  liste.addEventListener("click", (e) => { const o = e.target.closest("[role=option]"); if (o) location.assign(o.dataset.adresse); });
  boite.addEventListener("click", (e) => { if (e.target === boite) boite.close(); });
})();
