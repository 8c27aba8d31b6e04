"""Les autres moteurs de PDF, sur les pages de `bench/pages` : `documents.py MOTEUR TACHE NOMBRE`, une mesure en JSON.

TACHE : `seul` (NOMBRE certificats un à un, à chaud), `lot` (NOMBRE en un fichier), `pv` (un tableau de NOMBRE lignes, à
chaud), `froid` (le premier certificat de ce processus, import compris).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

DEBUT = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[2]))

from bench import pages  # noqa: E402

LARGE, HAUT, BLEU = 841.89, 595.28, (0x1C / 255, 0x32 / 255, 0x51 / 255)


def textes(c):
    """Les lignes d'un certificat : corps, gras, texte."""
    return [
        (13, False, "Commission paritaire nationale de l'emploi de la métallurgie"), (26, True, "CERTIFICAT DE QUALIFICATION"),
        (13, False, "Délivré à"), (19, True, c["nom"]), (13, False, c["naissance"]), (13, False, "pour la certification"),
        (19, True, c["titre"]), (13, False, c["identifiant"]),
        (13, False, f"A l'issue de la délibération du jury réuni le {c['jury']}"),
    ]


class WeasyPrint:
    def __init__(self):
        import weasyprint
        from jinja2 import Environment, FileSystemLoader
        from weasyprint.text.fonts import FontConfiguration

        self.moteur, self.polices = weasyprint, FontConfiguration()
        self.gabarits = Environment(loader=FileSystemLoader(pages.PAGES), autoescape=True)

    def _pdf(self, gabarit, **contexte):
        page = self.gabarits.get_template(gabarit).render(**contexte)
        return self.moteur.HTML(string=page, base_url=f"{pages.POLICES}/").write_pdf(font_config=self.polices)

    def certificats(self, lot):
        return self._pdf("certificat.html", certificats=[c | {"qr": pages.qr(c["adresse"]).svg_data_uri(border=1)} for c in lot])

    def pv(self, lignes):
        return self._pdf("pv.html", colonnes=pages.COLONNES, lignes=lignes)


class Fpdf2:
    def _neuf(self):
        from fpdf import FPDF

        pdf = FPDF("L", "pt", "A4")
        pdf.add_font("T", "", pages.NORMALE)
        pdf.add_font("T", "B", pages.GRASSE)
        return pdf

    def certificats(self, lot):
        import io

        pdf = self._neuf()
        pdf.set_auto_page_break(auto=False)
        for c in lot:
            pdf.add_page()
            pdf.set_draw_color(28, 50, 81)
            pdf.set_line_width(2)
            pdf.rect(43, 43, LARGE - 86, 430)
            pdf.set_y(60)
            for corps, gras, texte in textes(c):
                pdf.set_font("T", "B" if gras else "", corps)
                pdf.cell(0, corps * 1.5, texte, align="C", new_x="LMARGIN", new_y="NEXT")
            image = io.BytesIO()
            pages.qr(c["adresse"]).save(image, kind="png", scale=4, border=1)
            pdf.image(image, LARGE / 2 - 42, 350, 85, 85)
            pdf.set_y(440)
            pdf.set_font("T", "", 9)
            pdf.cell(0, 14, f"N° {c['numero']} — {c['adresse']}", align="C")
        return bytes(pdf.output())

    def pv(self, lignes):
        pdf = self._neuf()
        pdf.set_margins(43, 43)
        pdf.set_auto_page_break(auto=True, margin=43)
        pdf.add_page()
        pdf.set_font("T", "", 9)
        pdf.cell(0, 15, "Procès-verbal du jury paritaire de délibération", new_x="LMARGIN", new_y="NEXT")
        with pdf.table(text_align="LEFT", line_height=12, padding=3) as table:
            for ligne in [pages.COLONNES, *lignes]:
                rangee = table.row()
                for valeur in ligne:
                    rangee.cell(valeur)
        return bytes(pdf.output())


class Reportlab:
    def __init__(self):
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        pdfmetrics.registerFont(TTFont("T", str(pages.NORMALE)))
        pdfmetrics.registerFont(TTFont("TB", str(pages.GRASSE)))

    def certificats(self, lot):
        import io

        from reportlab.pdfgen.canvas import Canvas

        sortie = io.BytesIO()
        toile = Canvas(sortie, pagesize=(LARGE, HAUT), pageCompression=1)
        for c in lot:
            toile.setStrokeColorRGB(*BLEU)
            toile.setLineWidth(2)
            toile.rect(43, 120, LARGE - 86, 430)
            y = 535
            for corps, gras, texte in textes(c):
                y -= corps * 1.5
                toile.setFont("TB" if gras else "T", corps)
                toile.drawCentredString(LARGE / 2, y, texte)
            matrice = pages.qr(c["adresse"]).matrix
            module = 85 / len(matrice)
            for rang, rangee in enumerate(matrice):
                for colonne, noir in enumerate(rangee):
                    if noir:
                        toile.rect(LARGE / 2 - 42 + colonne * module, 240 - rang * module, module, module, stroke=0, fill=1)
            toile.setFont("T", 9)
            toile.drawCentredString(LARGE / 2, 130, f"N° {c['numero']} — {c['adresse']}")
            toile.showPage()
        toile.save()
        return sortie.getvalue()

    def pv(self, lignes):
        import io

        from reportlab.lib import colors
        from reportlab.platypus import LongTable, SimpleDocTemplate, TableStyle

        sortie = io.BytesIO()
        document = SimpleDocTemplate(sortie, pagesize=(LARGE, HAUT), leftMargin=43, rightMargin=43, topMargin=43, bottomMargin=43)
        style = TableStyle([("FONT", (0, 0), (-1, 0), "TB", 9), ("FONT", (0, 1), (-1, -1), "T", 9),
                            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey)])
        document.build([LongTable([pages.COLONNES, *lignes], repeatRows=1, style=style)])
        return sortie.getvalue()


class Typst:
    ENTETE = '#set page(paper: "a4", flipped: true, margin: 15mm)\n#set text(font: "Source Sans 3", size: {corps}pt, lang: "fr")\n'
    CERTIFICAT = """#let lot = json(bytes(sys.inputs.d))
#for (i, c) in lot.enumerate() { if i > 0 { pagebreak() }
 rect(width: 100%, stroke: 2pt + rgb("#1c3251"), inset: 8mm, align(center, {
  for l in c.l { block(above: 3mm, below: 3mm, text(size: l.at(0) * 1pt, weight: if l.at(1) { "semibold" } else { "regular" }, l.at(2))) }
  image(bytes(c.qr), format: "svg", width: 30mm)
  text(size: 9pt, c.p) })) }"""
    PV = """#let d = json(bytes(sys.inputs.d))
Procès-verbal du jury paritaire de délibération
#table(columns: 7, stroke: .4pt + gray, inset: 1mm, table.header(..d.h.map(x => strong(x))), ..d.r.flatten())"""

    def __init__(self):
        import tempfile

        import typst

        dossier = Path(tempfile.mkdtemp())
        self.moteurs = {}
        for nom, corps, texte in (("certificat", 13, self.CERTIFICAT), ("pv", 9, self.PV)):
            (dossier / f"{nom}.typ").write_text(self.ENTETE.format(corps=corps) + texte, encoding="utf-8")
            self.moteurs[nom] = typst.Compiler(
                str(dossier / f"{nom}.typ"), root=str(dossier), font_paths=[str(pages.POLICES)], ignore_system_fonts=True
            )

    @staticmethod
    def _svg(adresse):
        import io

        svg = io.BytesIO()
        pages.qr(adresse).save(svg, kind="svg", border=1, xmldecl=False)
        return svg.getvalue().decode()

    def _pdf(self, nom, faits):
        return self.moteurs[nom].compile(format="pdf", sys_inputs={"d": json.dumps(faits)})

    def certificats(self, lot):
        return self._pdf("certificat", [
            {"l": textes(c), "qr": self._svg(c["adresse"]), "p": f"N° {c['numero']} — {c['adresse']}"}
            for c in lot
        ])

    def pv(self, lignes):
        return self._pdf("pv", {"h": pages.COLONNES, "r": lignes})


MOTEURS = {"weasyprint": WeasyPrint, "fpdf2": Fpdf2, "reportlab": Reportlab, "typst": Typst}


def mesurer(moteur, tache, nombre):
    """Millisecondes par document, et octets du dernier."""
    if tache == "froid":
        octets = moteur.certificats(pages.certificats(1))
        return (time.perf_counter() - DEBUT) * 1000, octets
    if tache == "pv":
        moteur.pv(pages.lignes(nombre, 9))
        debut = time.perf_counter()
        octets = moteur.pv(pages.lignes(nombre))
        return (time.perf_counter() - debut) * 1000, octets
    moteur.certificats(pages.certificats(2, 9))
    lots = [[c] for c in pages.certificats(nombre)] if tache == "seul" else [pages.certificats(nombre)]
    debut = time.perf_counter()
    for lot in lots:
        octets = moteur.certificats(lot)
    return (time.perf_counter() - debut) * 1000 / nombre, octets


def dire(moteur, tache, nombre):
    ms, octets = mesurer(moteur, tache, nombre)
    print(json.dumps({"ms": ms, "octets": len(octets), "pages": octets.count(b"/MediaBox")}))


if __name__ == "__main__":
    dire(MOTEURS[sys.argv[1]](), sys.argv[2], int(sys.argv[3]))
