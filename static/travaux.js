// L'avancement d'un travail, sans recharger la page. Sans script, la page se recharge toutes les trois secondes.
(() => {
  "use strict";
  document.querySelectorAll("[data-travail]:not([data-fini])").forEach((bloc) => {
    const dans = (nom) => bloc.querySelector(`[data-${nom}]`);
    const barre = bloc.querySelector("progress");
    const teintes = { fait: "succes", echec: "danger", en_cours: "info", arrete: "attention" };
    let panne = 0;
    const montrer = (a) => {
      const etat = dans("etat");
      etat.textContent = a.libelle_etat;
      etat.className = `pastille ${teintes[a.etat] ? `pastille-${teintes[a.etat]}` : ""}`;
      if (dans("message").textContent !== a.message) dans("message").textContent = a.message;
      dans("compte").textContent = a.total ? `${a.fait} sur ${a.total}` : a.fait ? String(a.fait) : "";
      if (a.part !== null) barre.value = a.part; else if (a.fini) barre.value = 0; else barre.removeAttribute("value");
      if (!a.fini) return;
      document.querySelectorAll("[data-pendant]").forEach((x) => x.remove());
      if (!a.suite) { if (bloc.hasAttribute("data-suivre")) location.reload(); return; }
      const suite = dans("suite");
      suite.href = a.suite; suite.textContent = a.libelle_suite; suite.hidden = false;
      // L'écran qui suit le travail y mène de lui-même ; la page du travail montre le lien.
      if (bloc.hasAttribute("data-suivre")) location.assign(a.suite);
    };
    const lire = async () => {
      try {
        const r = await fetch(bloc.dataset.travail, { headers: { Accept: "application/json" } });
        if (!r.ok) throw new Error(String(r.status));
        panne = 0;
        const a = await r.json();
        montrer(a);
        if (a.fini) return;
      } catch {
        panne += 1;
        if (panne === 3) dans("message").textContent = "La console ne répond plus : le travail continue, rechargez la page plus tard.";
      }
      setTimeout(lire, panne ? 3000 : 700);
    };
    setTimeout(lire, 400);
  });
})();
