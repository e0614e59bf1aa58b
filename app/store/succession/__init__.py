"""What moves along when a ministry ends: read as a plan, and carried out."""
