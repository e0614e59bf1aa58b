"""What tests stand on: real databases, a real mail server, a real browser, the application, a clock that obeys."""
