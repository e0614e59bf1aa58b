"""Coordination (samenhang): ministries beside dossiers, one dossier in full, and the list for the meeting."""
