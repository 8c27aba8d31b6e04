"""Jury paritaire de délibération (partie 2, chapitre 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rules import parametres
from rules.faits import CandidatureFacts, JuryFacts, LienFacts, PresentationFacts, SiegeFacts, SignatureFacts, VoteFacts
from rules.nomenclatures import Decision, Delegation, EtatInscription, EtatJury, ResultatCompetence
from rules.noyau import Constat, Gravite, rule

_DECISIONS = frozenset(d.value for d in Decision)


@rule("JUR-03", field="sieges", source="Partie 2, chap. 3, § 1.B")
def delegation_patronale_bornee(j: JuryFacts) -> str | None:
    """Au plus cinq membres, plus un de la branche du travail temporaire."""
    patronale = [s for s in j.sieges if s.delegation is Delegation.PATRONALE and not s.remplace]
    maximum = parametres.DELEGATION_PATRONALE_MAX.au(j.date_jury)
    membres = sum(1 for s in patronale if not s.travail_temporaire)
    if membres > maximum:
        return f"La délégation patronale compte au plus {maximum} membres ; il y en a {membres}."
    if sum(1 for s in patronale if s.travail_temporaire) > parametres.TRAVAIL_TEMPORAIRE_MAX.au(j.date_jury):
        return "La délégation patronale compte au plus un membre de la branche du travail temporaire."
    return None


@rule("JUR-04", field="sieges", source="Partie 2, chap. 3, § 1.C")
def une_voix_par_syndicat(j: JuryFacts) -> tuple[Constat, ...]:
    """Un seul représentant par organisation syndicale siège avec droit de vote."""
    constats = []
    syndicale = [s for s in j.sieges if s.delegation is Delegation.SYNDICALE and not s.remplace]
    voix = Counter(s.syndicat for s in syndicale if s.voix and not s.travail_temporaire and s.syndicat)
    maximum = parametres.VOIX_PAR_SYNDICAT.au(j.date_jury)
    constats += [
        Constat("sieges", f"{syndicat} a {nombre} sièges avec voix : un seul représentant vote par organisation.")
        for syndicat, nombre in sorted(voix.items())
        if nombre > maximum
    ]
    constats += [
        Constat("sieges", f"{s.nom} siège au titre d'une organisation syndicale : indiquez laquelle.")
        for s in syndicale
        if not s.travail_temporaire and not s.syndicat
    ]
    constats += [
        Constat("sieges", f"{s.syndicat} n'est pas représentative dans la branche à la date du jury.")
        for s in syndicale
        if s.syndicat and not s.syndicat_representatif and s.voix and not s.travail_temporaire
    ]
    if sum(1 for s in syndicale if s.travail_temporaire) > parametres.TRAVAIL_TEMPORAIRE_MAX.au(j.date_jury):
        constats.append(
            Constat("sieges", "La délégation syndicale compte au plus un membre de la branche du travail temporaire.")
        )
    return tuple(constats)


@rule("JUR-05", field="sieges", source="Partie 2, chap. 3, § 1.D")
def invites_sans_voix(j: JuryFacts) -> tuple[Constat, ...]:
    """Les invités « ne peuvent pas prendre part à la décision de ce jury »."""
    return tuple(
        Constat("sieges", f"{s.nom} est invité : un invité est consulté, il ne vote pas.")
        for s in j.sieges
        if s.delegation is Delegation.INVITE and s.voix
    )


@rule("JUR-06", field="sieges", source="Partie 2, chap. 3, § 1.E")
def un_president_designe_par_le_centre(j: JuryFacts) -> str | None:
    """Un président, un seul, désigné par l'UIMM territoriale qui organise."""
    presidents = j.presidents
    if len(presidents) > 1:
        return "Un jury a un seul président : " + ", ".join(s.nom for s in presidents) + "."
    if presidents and (presidents[0].delegation is not Delegation.PATRONALE or not presidents[0].voix):
        return f"{presidents[0].nom} ne peut présider : le président est désigné par l'UIMM territoriale et vote."
    return None


@rule("INS-04", field="inscription", source="Partie 2, chap. 2")
def inscription_ouverte_et_prealable(c: CandidatureFacts) -> str | None:
    """On présente une inscription ouverte, faite avant le jour du jury."""
    if c.etat is not EtatInscription.OUVERTE:
        return f"{c.nom} : l'inscription n'est plus ouverte ({c.etat.libelle.lower()})."
    if c.date_inscription >= c.date_jury:
        return f"{c.nom} : l'inscription du {c.date_inscription:%d/%m/%Y} doit précéder le jury."
    return None


@rule("INS-05", field="inscription", source="Partie 2, chap. 2, § 1.A", gravite=Gravite.ALERTE)
def delai_d_information(c: CandidatureFacts) -> str | None:
    """Moins de quinze jours avant le jury : la CPREFP et l'entreprise n'ont pu être informées."""
    delai = parametres.DELAI_INFORMATION.au(c.date_jury)
    if c.date_inscription >= c.date_jury or (c.date_jury - c.date_inscription).days >= delai:
        return None
    return f"{c.nom} : moins de {delai} jours séparent l'inscription du jury."


@rule("JUR-08", field="numero_anonyme", source="Partie 2, chap. 3, § 3")
def numeros_anonymes(j: JuryFacts) -> str | None:
    """« garantit l'anonymat des candidats » : chacun a un numéro, différent des autres."""
    numeros = [p.numero_anonyme for p in j.presentations]
    if None in numeros:
        return "Chaque candidat doit avoir un numéro anonyme avant l'ouverture de la délibération."
    if len(set(numeros)) != len(numeros):
        return "Deux candidats portent le même numéro anonyme."
    return None


@rule("JUR-09", field="decision", source="Partie 2, chap. 3, § 3.A ; annexe 14, note 5")
def decision_a_ou_na(p: PresentationFacts) -> tuple[Constat, ...]:
    """« A : Admis, NA : Non Admis (Aucune autre valeur ne doit figurer dans cette rubrique) »."""
    constats = [
        Constat("vote", f"« {v.valeur} » n'est pas un vote : A (admis) ou NA (non admis), rien d'autre.")
        for v in p.votes
        if v.valeur not in _DECISIONS
    ]
    if p.decision is not None and p.decision not in _DECISIONS:
        constats.append(Constat("decision", f"« {p.decision} » n'est pas une décision : A ou NA, rien d'autre."))
    return tuple(constats)


@dataclass(frozen=True, slots=True)
class Decompte:
    """Le décompte des voix sur un candidat (JUR-10).

    `decision` est vide tant que rien ne permet de décider ; `preponderante` dit que la voix du président a
    départagé.
    """

    pour: int
    contre: int
    decision: Decision | None
    preponderante: bool

    @property
    def partage(self) -> bool:
        """Vrai si autant de voix pour que contre."""
        return self.pour == self.contre and self.pour > 0


def decompter(votes: Iterable[VoteFacts], sieges: Iterable[SiegeFacts]) -> Decompte:
    """Majorité des voix exprimées par les votants présents ; en cas de partage, celle du président décide.

    Un vote d'un siège absent, sans voix ou inconnu ne compte pas (partie 2, chapitre 3, § 1.E).
    """
    votants = {s.id: s for s in sieges if s.voix and s.present}
    exprimes = {v.siege_id: v.valeur for v in votes if v.siege_id in votants and v.valeur in _DECISIONS}
    pour = sum(1 for valeur in exprimes.values() if valeur == Decision.ADMIS)
    contre = len(exprimes) - pour
    if pour != contre:
        return Decompte(pour, contre, Decision.ADMIS if pour > contre else Decision.NON_ADMIS, preponderante=False)
    du_president = next((exprimes[i] for i, s in votants.items() if s.president and i in exprimes), None)
    if not exprimes or du_president is None:
        return Decompte(pour, contre, None, preponderante=False)
    return Decompte(pour, contre, Decision(du_president), preponderante=True)


@rule("JUR-10", field="decision", source="Partie 2, chap. 3, § 1.E")
def majorite_des_voix(j: JuryFacts) -> tuple[Constat, ...]:
    """La décision de chaque candidat est celle du décompte ; un partage sans voix du président ne décide rien."""
    constats = []
    for p in j.presentations:
        decompte = decompter(p.votes, j.sieges)
        if decompte.decision is None:
            constats.append(
                Constat(
                    "decision",
                    f"Candidat n° {p.numero_anonyme} : partage des voix, celle du président doit être exprimée."
                    if decompte.partage
                    else f"Candidat n° {p.numero_anonyme} : aucune voix exprimée par un votant présent.",
                )
            )
        elif p.decision is not None and p.decision != decompte.decision:
            constats.append(
                Constat("decision", f"Candidat n° {p.numero_anonyme} : la décision ne suit pas le décompte des voix.")
            )
    return tuple(constats)


@rule("JUR-10", field="decision", source="Partie 2, chap. 3, § 1.E")
def majorite_des_voix_par_bloc(j: JuryFacts) -> tuple[Constat, ...]:
    """Un bloc sur lequel le jury a voté est décidé de même : majorité, voix du président au partage."""
    return tuple(
        Constat("decision", f"Candidat n° {p.numero_anonyme}, {b.identifiant} : le partage des voix n'est pas tranché, "
                            "celle du président doit être exprimée.")
        for p in j.presentations
        for b in p.blocs
        if b.votes and decompter(b.votes, j.sieges).decision is None
    )


@rule("JUR-11", field="competences", source="Partie 2, chap. 3, § 3.A ; annexe 1, § 4")
def bloc_decide_et_competences_retenues(j: JuryFacts) -> tuple[Constat, ...]:
    """Un bloc est acquis quand toutes ses compétences le sont : le vote par bloc et ce qui est retenu se répondent."""
    constats = []
    for p in j.presentations:
        for b in p.blocs:
            decision = decompter(b.votes, j.sieges).decision
            manquent = [c.code for c in p.competences_du_bloc(b.id) if c.retenu is not ResultatCompetence.ACQUISE]
            if decision is Decision.ADMIS and manquent:
                constats.append(Constat("competences", f"Candidat n° {p.numero_anonyme}, {b.identifiant} acquis : retenez "
                                        f"acquises toutes ses compétences ; restent {', '.join(manquent)}."))
            elif decision is Decision.NON_ADMIS and not manquent:
                constats.append(Constat("competences", f"Candidat n° {p.numero_anonyme}, {b.identifiant} non acquis : dites "
                                        "laquelle de ses compétences n'est pas retenue."))
    return tuple(constats)


@rule("JUR-05", field="vote", source="Partie 2, chap. 3, § 1.D")
def invite_ne_vote_pas(s: SiegeFacts) -> str | None:
    """Les invités « ne peuvent pas prendre part à la décision de ce jury »."""
    return f"{s.nom} est invité : un invité est consulté, il ne vote pas." if s.delegation is Delegation.INVITE else None


@rule("JUR-10", field="vote", source="Partie 2, chap. 3, § 1.E")
def votant_present(s: SiegeFacts) -> str | None:
    """Seul un membre présent, et dont le siège a une voix, vote."""
    if s.delegation is Delegation.INVITE or (s.voix and s.present):
        return None
    return "Seul un votant présent de ce jury peut voter."


@rule("JUR-05", field="lien", source="Partie 2, chap. 3, § 1.C et D")
def lien_d_un_votant(lien: LienFacts) -> str | None:
    """Seul un siège qui a une voix reçoit un lien de vote : ni un invité, ni un suppléant."""
    if lien.siege.delegation is not Delegation.INVITE and lien.siege.voix:
        return None
    return f"{lien.siege.nom} ne vote pas à ce jury : un lien de vote ne sert qu'à un membre qui a une voix."


@rule("JUR-13", field="lien", source="Partie 2, chap. 3, § 3.A")
def lien_d_une_seance_vivante(lien: LienFacts) -> str | None:
    """Un lien de vote vit avec la séance : ni après la signature, ni pour un jury annulé."""
    if lien.etat in (EtatJury.PREPARATION, EtatJury.OUVERT):
        return None
    return f"La séance est finie ({lien.etat.libelle.lower()}) : plus aucun lien de vote ne s'ouvre."


@rule("JUR-12", field="present", source="Partie 2, chap. 3 (choix de la console)")
def emargement_le_jour_venu(lien: LienFacts) -> str | None:
    """On ne dit pas sa présence avant le jour du jury."""
    if lien.date_jury is None or lien.aujourd_hui is None or lien.aujourd_hui >= lien.date_jury:
        return None
    return f"Le jury se tient le {lien.date_jury:%d/%m/%Y} : vous direz votre présence ce jour-là."


def _decision_de_synthese(p: PresentationFacts) -> Decision | None:
    """Ce que dirait la synthèse seule : A si toutes les compétences connues sont acquises."""
    if not p.competences or any(c.synthese is None for c in p.competences):
        return None
    acquises = all(c.synthese is ResultatCompetence.ACQUISE for c in p.competences)
    return Decision.ADMIS if acquises else Decision.NON_ADMIS


@rule("JUR-11", field="motif", source="Partie 2, chap. 3, § 3.A ; annexe 1, § 4")
def competences_acquises_ou_motif(p: PresentationFacts) -> tuple[Constat, ...]:
    """« dès lors que toutes les compétences […] ont été acquises » ; souverain, le jury motive un écart."""
    if p.decision is None:
        return ()
    constats = []
    if p.decision == Decision.ADMIS:
        if not p.competences and not p.motif.strip():
            constats.append(
                Constat(
                    "motif",
                    f"Candidat n° {p.numero_anonyme} : le référentiel n'a pas de compétence connue de la console ; "
                    "écrivez sur quoi le jury s'est fondé pour l'admettre.",
                )
            )
        non_acquises = [c.code for c in p.competences if c.retenu is not ResultatCompetence.ACQUISE]
        if non_acquises:
            constats.append(
                Constat(
                    "competences",
                    f"Candidat n° {p.numero_anonyme} : admis, toutes les compétences doivent être retenues acquises ; "
                    f"restent {', '.join(non_acquises)}.",
                )
            )
    ecart = any(
        c.synthese is not None and c.retenu is not None and c.retenu is not c.synthese for c in p.competences
    ) or (_decision_de_synthese(p) is Decision.ADMIS and p.decision == Decision.NON_ADMIS)
    if ecart and not p.motif.strip():
        constats.append(
            Constat(
                "motif",
                f"Candidat n° {p.numero_anonyme} : le jury s'écarte de la synthèse des évaluations ; "
                "écrivez son motif.",
            )
        )
    return tuple(constats)


@rule("JUR-12", field="sieges", source="Partie 2, chap. 3 (choix de la console)")
def president_et_votant_presents(j: JuryFacts) -> str | None:
    """Un jury ne s'ouvre qu'avec son président et au moins un votant présent."""
    if not j.presidents:
        return "Le jury n'a pas de président : désignez-le."
    if not j.presidents[0].present:
        return "Le président n'est pas noté présent : le jury ne peut s'ouvrir."
    if not any(s for s in j.votants if not s.president):
        return "Aucun votant n'est noté présent à côté du président : le jury ne peut s'ouvrir."
    return None


@rule("JUR-12", field="sieges", source="Partie 2, chap. 3 (choix de la console)", gravite=Gravite.ALERTE)
def delegations_presentes(j: JuryFacts) -> str | None:
    """Une délégation absente n'empêche pas le jury, mais se dit."""
    absentes = [
        d.libelle.lower()
        for d in (Delegation.PATRONALE, Delegation.SYNDICALE)
        if not any(s.delegation is d for s in j.votants)
    ]
    if not absentes:
        return None
    return "Absente : " + " et ".join(absentes) + "."


@rule("JUR-12", field="presentations", source="Partie 2, chap. 3 (choix de la console)")
def candidats_presentes(j: JuryFacts) -> str | None:
    """Un jury délibère sur au moins un candidat."""
    return None if j.presentations else "Aucun candidat n'est présenté à ce jury."


@rule("JUR-12", field="date_jury", source="Partie 2, chap. 3 (choix de la console)")
def jour_du_jury_venu(j: JuryFacts) -> str | None:
    """On ne délibère pas avant le jour auquel le jury est convoqué."""
    if j.aujourd_hui is None or j.aujourd_hui >= j.date_jury:
        return None
    return f"Le jury se tient le {j.date_jury:%d/%m/%Y} : la délibération ne s'ouvre pas avant ce jour."


@rule("JUR-12", field="date_jury", source="Partie 2, chap. 3 (choix de la console)")
def date_de_jury_plausible(j: JuryFacts) -> str | None:
    """Ni avant l'an 2000, ni plus de trois ans à l'avance : une faute de frappe plus qu'un calendrier."""
    if j.aujourd_hui is None:
        return None
    dernier = parametres.meme_jour(j.aujourd_hui, parametres.CALENDRIER_JURYS.au(j.aujourd_hui))
    if j.date_jury.year >= 2000 and j.date_jury <= dernier:
        return None
    return f"La date du jury, {j.date_jury:%d/%m/%Y}, n'est pas plausible : vérifiez l'année."


@rule("JUR-13", field="etat", source="Partie 2, chap. 3, § 3.A")
def pas_deja_ouvert(j: JuryFacts) -> str | None:
    """Une délibération s'ouvre une fois, depuis la préparation."""
    if j.etat is EtatJury.PREPARATION:
        return None
    return f"Ce jury n'est plus en préparation : {j.etat.libelle.lower()}."


@rule("JUR-13", field="etat", source="Partie 2, chap. 3, § 3.A")
def deliberation_ouverte(j: JuryFacts) -> str | None:
    """On ne vote que pendant la délibération ; après la signature, tout est figé."""
    if j.etat is EtatJury.OUVERT:
        return None
    if j.etat is EtatJury.CLOS:
        return "Le procès-verbal est signé : votes et décisions ne changent plus (procès-verbal rectificatif)."
    return f"La délibération n'est pas ouverte : {j.etat.libelle.lower()}."


@rule("JUR-13", field="signataire", source="Partie 2, chap. 3, § 3.A")
def signe_par_le_president(s: SignatureFacts) -> str | None:
    """« Le président du jury paritaire de délibération signe le procès-verbal »."""
    if s.deja_signe:
        return "Ce procès-verbal est déjà signé."
    if s.jury.etat is not EtatJury.OUVERT:
        return f"La délibération n'est pas ouverte : {s.jury.etat.libelle.lower()}."
    presidents = s.jury.presidents
    if not presidents or s.signataire_siege_id != presidents[0].id or not presidents[0].present:
        return "Le procès-verbal est signé par le président du jury, présent à la délibération."
    sans_decision = [p.numero_anonyme for p in s.jury.presentations if p.decision is None]
    if sans_decision:
        return "Sans décision : candidats n° " + ", ".join(map(str, sans_decision)) + "."
    return None


@rule("JUR-14", field="etat", source="Partie 2, chap. 4")
def centre_capable(j: JuryFacts) -> str | None:
    """Un centre dont la CPNEFP a retiré la capacité d'attribuer ne tient pas de jury."""
    if j.capacite_retiree_le is None:
        return None
    return (f"La CPNEFP a retiré à ce centre sa capacité d'attribuer les certifications le {j.capacite_retiree_le:%d/%m/%Y} : "
            "il ne tient pas de jury ; le GTP attribue provisoirement à sa place.")


DATE_DU_JURY = (date_de_jury_plausible,)
CANDIDATURE = (inscription_ouverte_et_prealable, delai_d_information)
COMPOSITION = (
    delegation_patronale_bornee,
    une_voix_par_syndicat,
    invites_sans_voix,
    un_president_designe_par_le_centre,
)
OUVERTURE = (
    pas_deja_ouvert,
    centre_capable,
    jour_du_jury_venu,
    *COMPOSITION,
    president_et_votant_presents,
    delegations_presentes,
    candidats_presentes,
    numeros_anonymes,
)
VOTE = (decision_a_ou_na,)
LIEN = (lien_d_un_votant, lien_d_une_seance_vivante)
EMARGEMENT = (*LIEN, emargement_le_jour_venu)
PRESIDENCE = (un_president_designe_par_le_centre, president_et_votant_presents)
VOTANT = (invite_ne_vote_pas, votant_present)
DECISION = (decision_a_ou_na, competences_acquises_ou_motif)
DELIBERATION = (deliberation_ouverte,)
BLOCS = (majorite_des_voix_par_bloc, bloc_decide_et_competences_retenues)
CLOTURE = (majorite_des_voix, *BLOCS)
SIGNATURE = (signe_par_le_president,)
