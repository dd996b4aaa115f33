#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Sphinx makes a manual of doc/ without a warning: every page is in the index, and every reference
# leads somewhere.  And: a page of which that is not true is found.

set -eu
if ! command -v sphinx-build >/dev/null; then
    echo "skipped: sphinx-build is not installed (Debian: python3-sphinx)"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

manual() {
    sphinx-build -q -W --keep-going -d "$work/state" "$work/doc" "$work/manual"
}

mkdir "$work/doc"
cp -r "$TCP_CONN_SOURCE_DIR/doc/." "$work/doc"
manual
for page in "$work/doc"/tcp-conn*.rst; do
    [ -s "$work/manual/$(basename "$page" .rst).html" ]
done

printf 'Lost\n----\n\n:doc:`nowhere`\n' >"$work/doc/tcp-conn-lost.rst"
if manual >"$work/log" 2>&1; then
    echo "a page that nothing leads to, and that leads nowhere, is not noticed"
    exit 1
fi
grep -q 'unknown document' "$work/log"
grep -q 'toctree' "$work/log"
