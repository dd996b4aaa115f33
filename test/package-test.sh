#!/bin/sh
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the Debian package and looks into it.  A stranger's project is built against its files; on
# a machine that is there to be tried on (TCP_CONN_MAY_INSTALL=yes, utils/test-versions.sh) the
# package is also installed, used, and removed.

set -eu
skip() {
    echo "skipped: $*"
    exit 77
}

command -v cpack >/dev/null || skip "there is no cpack"
command -v dpkg-deb >/dev/null || skip "there is no dpkg-deb"
grep -q 'CPACK_GENERATOR "DEB"' "$TCP_CONN_BUILD_DIR/CPackConfig.cmake" ||
    skip "dpkg-shlibdeps (dpkg-dev) is not installed, or ns-3 is not Debian's"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cpack --config "$TCP_CONN_BUILD_DIR/CPackConfig.cmake" -G DEB -B "$work/made" >"$work/log" 2>&1 ||
    { cat "$work/log" && exit 1; }
package=$(find "$work/made" -maxdepth 1 -name 'tcp-conn_*.deb')
[ -f "$package" ]
dpkg-deb --info "$package"
dpkg-deb --contents "$package" >"$work/contents"

failed=0
# has <regular expression of a line of the list>
has() {
    grep -q -E -e "$1\$" "$work/contents" || {
        echo "not in the package: $1"
        failed=1
    }
}
libraries="usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH)"
has "root/root .* \./$libraries/libtcp-conn\.so\.[0-9]+\.[0-9]+\.[0-9]+"
has "\./$libraries/libtcp-conn\.so -> libtcp-conn\.so\.[0-9]+"
has "\./$libraries/cmake/tcp-conn/tcp-conn-config\.cmake"
has "\./$libraries/pkgconfig/tcp-conn\.pc"
has "\./usr/include/ns3/tcp-conn-module\.h"
has "\./usr/bin/tcp-conn-trace -> .*"
has "\./usr/share/doc/tcp-conn/copyright"
for header in "$TCP_CONN_SOURCE_DIR"/model/*.h "$TCP_CONN_SOURCE_DIR"/helper/*.h; do
    case $header in
    *-private.h) ;;
    *) has "\./usr/include/ns3/$(basename "$header")" ;;
    esac
done
if [ -d "$TCP_CONN_SOURCE_DIR/bindings/python" ]; then
    has "\./usr/.*/ns3_tcp_conn/__init__\.py"
fi
if grep -v -E ' \./(usr/((include|lib|bin|share)(/.*)?)?)?$| -> ' "$work/contents"; then
    echo "is elsewhere than below /usr"
    failed=1
fi
if grep -E -e '-private\.h|__pycache__|/test' "$work/contents"; then
    echo "does not belong into the package"
    failed=1
fi

depends=$(dpkg-deb --field "$package" Depends)
# The package that has the library, whatever its name is in this release.
core=$(find "/$libraries" -name 'libns3*core*.so.*' | head -n 1)
[ -n "$core" ] || core=$(find "/$libraries" -name 'libns3*core*.so' | head -n 1)
owner=$(dpkg-query --search "$core" | sed 's/:.*//')
for name in "$owner" libns3-dev ns3 libc6; do
    case ", $depends," in
    *", $name "* | *", $name,"*) ;;
    *)
        echo "does not depend on $name: $depends"
        failed=1
        ;;
    esac
done
[ $failed = 0 ] || exit 1

dpkg-deb --extract "$package" "$work/files"
sh "$TCP_CONN_SOURCE_DIR/test/stranger/build.sh" "$work/unpacked" "$work/files/usr"

if [ "${TCP_CONN_MAY_INSTALL:-no}" = yes ]; then
    dpkg --install "$package"
    sh "$TCP_CONN_SOURCE_DIR/test/stranger/build.sh" "$work/installed"
    tcp-conn-trace --help >"$work/log"
    dpkg --purge tcp-conn
    [ ! -e /usr/include/ns3/tcp-conn-module.h ]
fi
