"""What all pages share: policies, forms, sessions, rendering, headers, spreadsheets."""
