"""Escalation: the ladder, who climbs, who hears."""
