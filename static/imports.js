// Corriger une cellule sur place : la ligne est jugée de nouveau et remplacée, les comptes suivent. Sans script, la page se recharge.
(() => {
  "use strict";
  const annonce = document.querySelector("[data-annonce]");
  document.addEventListener("submit", async (e) => {
    const f = e.target;
    if (!f.matches("[data-corriger]")) return;
    e.preventDefault();
    const ligne = f.closest(".ligne-import");
    const donnees = new FormData(f);
    if (e.submitter && e.submitter.name) donnees.set(e.submitter.name, e.submitter.value);
    f.querySelectorAll("button").forEach((b) => { b.disabled = true; });
    try {
      const r = await fetch(f.action, { method: "POST", body: donnees, headers: { Accept: "application/json" } });
      if (!r.ok || !(r.headers.get("Content-Type") || "").startsWith("application/json")) { location.reload(); return; }
      const recu = await r.json();
      const cadre = document.createElement("template");
      cadre.innerHTML = recu.html.trim();
      const nouvelle = cadre.content.firstElementChild;
      ligne.replaceWith(nouvelle);
      Object.entries(recu.comptes).forEach(([nom, n]) => document.querySelectorAll(`[data-compte="${nom}"]`).forEach((x) => { x.textContent = n; }));
      annonce.textContent = nouvelle.querySelector(".ligne-tete").innerText.replace(/\s+/g, " ");
      (nouvelle.querySelector("input[aria-invalid]") || nouvelle).focus();
    } catch {
      f.querySelectorAll("button").forEach((b) => { b.disabled = false; });
      annonce.textContent = "La console n'a pas répondu : réessayez.";
    }
  });
})();
