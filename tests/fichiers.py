"""De petits fichiers d'essai, faits ici : vrais documents et contrefaçons."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
EXE = b"MZ\x90\x00" + b"\0" * 200


def archive(entrees: dict[str, bytes], comprime: int = zipfile.ZIP_DEFLATED) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", comprime) as z:
        for nom, contenu in entrees.items():
            z.writestr(nom, contenu)
    return sortie.getvalue()


def docx(**autres: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"} | autres)


def xlsx() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"})


def opendocument(genre: str, **autres: bytes) -> bytes:
    mime = {"odt": b"application/vnd.oasis.opendocument.text", "ods": b"application/vnd.oasis.opendocument.spreadsheet"}
    return archive({"mimetype": mime[genre], "content.xml": b"<c/>"} | autres, zipfile.ZIP_STORED)
