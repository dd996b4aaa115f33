#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Put the tables that tcp-conn-bench-parity prints into doc/tcp-conn-parity.rst.

    tcp-conn-bench-parity > parity.txt
    utils/doc-parity.py parity.txt

Several files, each with some of the tables or of their rows, are taken together.  A comment
".. table NAME" in the page says where the table NAME goes: what follows it is replaced.
"""

import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "doc" / "tcp-conn-parity.rst"


def read(paths):
    """Head and rows of each table, by name."""
    tables = {}
    for path in paths:
        table = None
        for line in pathlib.Path(path).read_text().splitlines():
            title = re.match(r"([a-z0-9.-]+)(, transfers of \d+ s)?$", line)
            if title:
                table = tables.setdefault(title.group(1), {"head": [], "rows": []})
            elif line.startswith("=") and table is not None:
                table["rule"] = line
            elif line.startswith("control") and table is not None:
                table["head"] = line
            elif line and table is not None:
                table["rows"].append(line)
    return tables


def main():
    """Replace the tables."""
    page = PAGE.read_text()
    for name, table in read(sys.argv[1:]).items():
        rule = table["rule"]
        text = "\n".join([rule, table["head"], rule, *table["rows"], rule])
        place = re.compile(rf"(?m)^(\.\. table {re.escape(name)}\n\n)(=[^\n]*\n(?:[^\n]+\n)*)?")
        if not place.search(page):
            sys.exit(f"{PAGE}: no place for the table {name}")
        page = place.sub(lambda match, text=text: match.group(1) + text + "\n", page)
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
