#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The module has what the ns-3 App Store asks for, and the file for bake is one that bake reads; a
# version that CHANGES.md does not know is found.

set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
release=utils/app-store/release.sh

"$TCP_CONN_SOURCE_DIR/$release" https://example.org/tcp-conn.git "$work"
version=$(sed -n 's/.*project(tcp-conn VERSION \([0-9.]*\).*/\1/p' \
    "$TCP_CONN_SOURCE_DIR/CMakeLists.txt")
python3 - "$work/tcp-conn.xml" "$version" <<'END_OF_PYTHON'
import sys
import xml.etree.ElementTree

modules = xml.etree.ElementTree.parse(sys.argv[1]).findall("modules/module")
assert [module.get("name") for module in modules] == ["tcp-conn-" + sys.argv[2]]
assert modules[0].get("type") == "ns-contrib" and modules[0].get("min_version") == "ns-3.37"
source = {x.get("name"): x.get("value") for x in modules[0].findall("source/attribute")}
assert source == {
    "url": "https://example.org/tcp-conn.git",
    "module_directory": "tcp-conn",
    "revision": "v" + sys.argv[2],
}, source
END_OF_PYTHON

# A copy that lacks something.
mkdir -p "$work/copy/doc" "$work/copy/test" "$work/copy/utils"
for name in CMakeLists.txt CHANGES.md NS3-VERSION README.md LICENSE AUTHORS CONTRIBUTING.md \
    doc/tcp-conn.rst test/examples-to-run.py; do
    cp "$TCP_CONN_SOURCE_DIR/$name" "$work/copy/$name"
done
cp -r "$TCP_CONN_SOURCE_DIR/utils/app-store" "$work/copy/utils"
"$work/copy/$release" >"$work/log"
sed -i 's/^## Changes in .*/## Changes/' "$work/copy/CHANGES.md"
! "$work/copy/$release" >"$work/log" 2>&1
grep -q "CHANGES.md says nothing of $version" "$work/log"
