"""Measurements beside a limit taken in the same run: `python -m bench [N]`. Ratios, since machines are noisy."""
