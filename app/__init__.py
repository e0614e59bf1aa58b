"""Regie: one register of letters and questions to ministries, who owes the answer, by when, and who has the ball."""
