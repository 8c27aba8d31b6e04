"""Les mêmes lignes finales par d'autres outils, chacun dans son propre environnement (`bench/pairs/requirements.txt`)."""
