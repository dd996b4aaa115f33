#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# The tables of attributes and trace sources in doc/ are those of the TypeIds.  When one of these
# has changed, write them anew:
#
#     build/bin/tcp-conn-attributes --rst >doc/tcp-conn-attributes.rst

set -eu
program=$TCP_CONN_BUILD_DIR/bin/tcp-conn-attributes
if [ ! -x "$program" ]; then
    echo "skipped: tcp-conn-attributes was not built (TCP_CONN_EXAMPLES is off)"
    exit 77
fi
page=$TCP_CONN_SOURCE_DIR/doc/tcp-conn-attributes.rst
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" --rst >"$work/page.rst"
diff -u "$page" "$work/page.rst" || {
    echo "$page is not what $program --rst writes"
    exit 1
}
# It says so when it is used wrongly.
! "$program" >"$work/nothing" 2>&1
