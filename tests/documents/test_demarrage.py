"""Un processus de rendu démarre vite : il ne charge ni la base ni le sceau."""

import subprocess
import sys


def test_le_moteur_ne_charge_ni_la_base_ni_le_sceau():
    charges = subprocess.run(
        [sys.executable, "-c", "import sys, documents.atelier; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "documents.declarations" in charges
    assert not {"sqlalchemy", "models", "flask", "pyhanko"} & set(charges)
