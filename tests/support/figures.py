"""What tests counted stands at the end of the run, in lines such as `10000 tokens tried`."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests put down with `record_property`, each with the test that counted it."""
    counted = [
        f"{value} {name}  ({report.nodeid.rpartition('::')[2]})"
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
    ]
    if counted:
        terminalreporter.section("counted")
        for line in counted:
            terminalreporter.line(line)
