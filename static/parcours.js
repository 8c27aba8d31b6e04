// Tableaux d'un parcours : gestes sur place, clavier, collage d'un classeur, totaux vivants. Sans script, le serveur les fait.
(() => {
  "use strict";
  const lire = (texte) => {
    const m = /^(\d{1,5})(?:[.,](\d{1,2}))?(?:h(\d{1,2})?)?$/.exec(texte.replace(/\s/g, "").toLowerCase());
    if (!m || (m[2] && m[3]) || Number(m[3] || 0) > 59) return 0;
    return Number(m[1]) * 60 + Math.round(Number((m[2] || "0").padEnd(2, "0")) * 0.6) + Number(m[3] || 0);
  };
  const dire = (minutes) => {
    const reste = minutes % 60;
    return `${Math.floor(minutes / 60)}\u00a0h${reste ? `\u00a0${String(reste).padStart(2, "0")}` : ""}`;
  };
  const somme = (tableur) => Array.from(tableur.querySelectorAll("[data-duree]")).reduce((t, c) => t + lire(c.value), 0);
  const total = document.getElementById("minutes");

  const preparer = (tableur) => {
    const nom = tableur.dataset.tableur, corps = tableur.querySelector("tbody");
    const cellules = (ligne) => Array.from(ligne.querySelectorAll("input, textarea, select"));
    const ecart = document.createElement("span");
    ecart.className = "ecart";
    tableur.querySelector("[data-total]").after(ecart);

    const compter = () => {
      const fait = somme(tableur);
      tableur.querySelector("[data-total]").textContent = dire(fait);
      const attendu = nom === "domaines" ? lire(total.value) : somme(document.querySelector("[data-tableur=domaines]"));
      const quoi = nom === "domaines" ? "la durée du parcours est de" : "la fiche fait";
      ecart.textContent = attendu && fait && attendu !== fait ? ` (${quoi} ${dire(attendu)})` : "";
      const groupes = tableur.querySelector("[data-groupes]");
      if (!groupes) return;
      const totaux = new Map();
      Array.from(corps.rows).forEach((ligne) => {
        const phase = ligne.querySelector("[data-groupe]").value.trim() || "1";
        totaux.set(phase, (totaux.get(phase) || 0) + lire(ligne.querySelector("[data-duree]").value));
      });
      groupes.textContent = Array.from(totaux).sort((a, b) => a[0] - b[0]).map(([p, m]) => `Phase ${p} : ${dire(m)} · `).join("");
    };
    // Rangs, identifiants, noms dits et valeurs des gestes suivent l'ordre des lignes.
    const numeroter = () => {
      Array.from(corps.rows).forEach((ligne, i) => {
        ligne.querySelector("[data-rang]").textContent = i + 1;
        cellules(ligne).forEach((c) => {
          const id = `${nom}-${i + 1}-${c.name.slice(nom.length + 1)}`, erreur = c.parentElement.querySelector(".erreur");
          c.id = id;
          c.setAttribute("aria-label", `${c.dataset.colonne}, ligne ${i + 1}`);
          if (erreur) { erreur.id = `${id}-erreur`; c.setAttribute("aria-describedby", erreur.id); }
        });
        ligne.querySelectorAll("[name=geste]").forEach((b) => {
          const geste = b.value.split(":")[1];
          b.value = `${nom}:${geste}:${i}`;
          b.querySelector(".invisible").textContent = `${{ monter: "Monter", descendre: "Descendre", retirer: "Retirer" }[geste]} la ligne ${i + 1}`;
        });
      });
      compter();
    };
    const modele = corps.rows[0] && corps.rows[0].cloneNode(true);
    const toucher = () => tableur.dispatchEvent(new Event("input", { bubbles: true }));
    const ajouter = (apres) => {
      if (!modele || corps.rows.length >= 100) return null;
      const neuve = modele.cloneNode(true), voisine = apres || corps.rows[corps.rows.length - 1];
      neuve.querySelectorAll(".erreur").forEach((e) => e.remove());
      neuve.querySelectorAll(".champ-faux").forEach((c) => c.classList.remove("champ-faux"));
      cellules(neuve).forEach((c) => {
        c.removeAttribute("aria-invalid"); c.removeAttribute("aria-describedby");
        if (c.tagName === "SELECT") c.selectedIndex = 0;
        else c.value = "groupe" in c.dataset && voisine ? voisine.querySelector("[data-groupe]").value : "";
      });
      if (voisine) voisine.after(neuve); else corps.append(neuve);
      numeroter(); toucher();
      return neuve;
    };
    const premiere = (ligne) => cellules(ligne).find((c) => !("groupe" in c.dataset));
    const jouer = (geste, ligne) => {
      if (geste === "ajouter") { const n = ajouter(ligne); if (n) premiere(n).focus(); return; }
      const avant = ligne.previousElementSibling, apres = ligne.nextElementSibling;
      if (geste === "monter" && avant) avant.before(ligne);
      else if (geste === "descendre" && apres) apres.after(ligne);
      else if (geste === "retirer") {
        ligne.remove();
        const voisine = apres || avant;
        if (voisine) premiere(voisine).focus(); else tableur.querySelector("[value$=':ajouter']").focus();
      } else return;
      numeroter(); toucher();
    };
    tableur.addEventListener("click", (e) => {
      const bouton = e.target.closest("[name=geste]");
      if (!bouton) return;
      e.preventDefault();
      jouer(bouton.value.split(":")[1], bouton.closest("tr"));
      if (bouton.isConnected && bouton.closest("tr")) bouton.focus();
    });
    tableur.addEventListener("keydown", (e) => {
      const champ = e.target.closest("tbody input, tbody textarea, tbody select"), ligne = champ && champ.closest("tr");
      if (!ligne) return;
      const geste = e.ctrlKey && e.key === "Enter" ? "ajouter" : e.altKey && { ArrowUp: "monter", ArrowDown: "descendre", Delete: "retirer" }[e.key];
      if (geste) { e.preventDefault(); jouer(geste, ligne); if (geste === "monter" || geste === "descendre") champ.focus(); return; }
      if (e.key !== "Enter" || champ.tagName !== "INPUT") return;
      // Entrée descend d'une ligne dans la même colonne, comme dans un tableur.
      e.preventDefault();
      const suivante = ligne.nextElementSibling || ajouter(ligne);
      if (suivante) cellules(suivante)[cellules(ligne).indexOf(champ)].focus();
    });
    tableur.addEventListener("paste", (e) => {
      const champ = e.target.closest("tbody input, tbody textarea"), colle = e.clipboardData && e.clipboardData.getData("text/plain");
      if (!champ || !colle || !colle.includes("\t")) return;
      e.preventDefault();
      let ligne = champ.closest("tr");
      const debut = cellules(ligne).indexOf(champ), rangees = colle.replace(/\r?\n$/, "").split(/\r?\n/);
      rangees.forEach((rangee, n) => {
        if (n) ligne = ligne.nextElementSibling || ajouter(ligne);
        if (!ligne) return;
        rangee.split("\t").forEach((valeur, k) => {
          const c = cellules(ligne)[debut + k];
          if (!c) return;
          const option = c.tagName === "SELECT" && Array.from(c.options).find((o) => o.text.toLowerCase() === valeur.trim().toLowerCase());
          if (option) c.value = option.value; else if (c.tagName !== "SELECT") c.value = valeur.trim().slice(0, c.maxLength);
        });
      });
      numeroter(); toucher();
    });
    document.addEventListener("input", (e) => { if (e.target === total || e.target.closest("[data-tableur]")) compter(); });
    compter();
  };
  document.querySelectorAll("[data-tableur]").forEach(preparer);
})();
