"""Floor 2: one function per act of the office: the change, its audit entry and its mail in one transaction."""
