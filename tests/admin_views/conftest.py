"""Les vues s'essaient sur la console de démonstration : mêmes fixtures que tests/console."""

from tests.console.conftest import (
    application,
    application_neuve,
    client,
    client_neuf,
    modele_demonstration,
)

__all__ = ["application", "application_neuve", "client", "client_neuf", "modele_demonstration"]
