#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Doxygen has nothing to say of the public headers: each member is documented, with its parameters
# and what it returns.  And: what is not documented is found.

set -eu
if ! command -v doxygen >/dev/null; then
    echo "skipped: doxygen is not installed (Debian: doxygen)"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/doc" "$work/build"
cp "$TCP_CONN_SOURCE_DIR/doc/Doxyfile" "$TCP_CONN_SOURCE_DIR/doc/reference.dox" "$work/doc"
cp -r "$TCP_CONN_SOURCE_DIR/model" "$TCP_CONN_SOURCE_DIR/helper" "$work"

reference() {
    (cd "$work/doc" && doxygen) >"$work/log" 2>&1
}

if ! reference || [ -s "$work/log" ]; then
    sed "s,$work/,," "$work/log"
    exit 1
fi
for header in "$work"/model/*.h "$work"/helper/*.h; do
    name=$(basename "$header")
    case $name in
    *-private.h) continue ;;
    esac
    if ! grep -rqsF "$name" "$work/build/reference"; then
        echo "$name is not in the reference"
        exit 1
    fi
done

# spoil <what doxygen says> <sed script that spoils it> <header>
spoil() {
    cp "$work/$3" "$work/kept"
    sed -i "$2" "$work/$3"
    if cmp -s "$work/$3" "$work/kept"; then
        echo "'$2' changes nothing"
        exit 1
    fi
    if reference || ! grep -q -e "$1" "$work/log"; then
        echo "'$2' is not noticed"
        cat "$work/log"
        exit 1
    fi
    cp "$work/kept" "$work/$3"
}
spoil 'Member Nothing() .* is not documented' \
    '/Ptr<Socket> Accept(Address& from);/a void Nothing();' model/tcp-conn-socket.h
spoil 'maxSize' '/@param maxSize most bytes to take/d' model/tcp-conn-socket.h
spoil 'return type of member ns3::TcpConnL4Protocol::AssignStreams' \
    '/@return how many streams were used/d' model/tcp-conn-l4-protocol.h
