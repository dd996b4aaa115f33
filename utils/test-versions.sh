#!/bin/bash
#
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module with every ns-3 at hand and runs all tests: stand-alone, and as a Debian package,
# on each Debian release that has ns-3.37 or later; in the contrib/ folder of ns-3.37 and of other
# source trees.  Prints a table of version and result; the last line is
# "N passed, N failed, N skipped".  What cannot be had is skipped, with the reason.
#
# usage: utils/test-versions.sh [--fresh] [--quick] [bookworm | trixie | unstable | 3.37 | tree]...
#
#   (no names)  the three releases, 3.37, and the trees of TCP_CONN_NS3_TREE
#   --fresh     make the folders of the releases anew
#   --quick     the suites alone, without examples, benchmarks and package
#   tree        folder of an ns-3 source tree; it gets a link contrib/tcp-conn and is configured anew
#
# TCP_CONN_NS3_TREE: source trees that are tested too, separated by colons, such as the newest ns-3.
#
# The releases are made by debootstrap, from the mirror that apt uses, and kept (some 1.5 GB each)
# with what is compiled in ${TCP_CONN_CACHE:-~/.cache/tcp-conn}.  That needs root or sudo.  They see
# a copy of the files that git knows or would add.  All mounts are in a namespace that ends with
# the script.

set -u -o pipefail
module=$(cd "$(dirname "$0")/.." && pwd)
. "$module/utils/build.sh"
cache=${TCP_CONN_CACHE:-${HOME:-/root}/.cache/tcp-conn}/versions
fresh=no what=all versions=()
for word in "$@"; do
    case $word in
    --fresh) fresh=yes ;;
    --quick) what=suites ;;
    --help) sed -n '5,24s/^# \{0,1\}//p' "$0" && exit 0 ;;
    bookworm | trixie | unstable | 3.37) versions+=("$word") ;;
    *)
        [ -x "$word/ns3" ] || fail "$word is no release, no option and no ns-3 tree (see --help)"
        versions+=("$(cd "$word" && pwd)")
        ;;
    esac
done
if [ ${#versions[@]} = 0 ]; then
    IFS=: read -ra trees <<<"${TCP_CONN_NS3_TREE:-}"
    versions=(bookworm trixie unstable 3.37 "${trees[@]:-newest}")
fi

root=()
[ "$(id -u)" = 0 ] || root=(sudo -n)
mkdir -p "$cache" || fail "no folder $cache"
passed=0 failed=0 skipped=0 table=()

# skip <reason>: for use in a subshell that runs one version.
skip() {
    echo "skipped: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 77
}

# mirror: prints the address of the packages of Debian that apt uses.
mirror() {
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT) $(LABEL) $(ORIGIN) $(SUITE)' \
        'Created-By: Packages' | awk '$2 == "main" && $3 == "Debian" {print $1; exit}'
}

# bootstrap <release>: makes $cache/<release>, which is there only if it is complete.
bootstrap() {
    local folder=$cache/$1 keys=/usr/share/keyrings/debian-archive-keyring.gpg uri
    [ $fresh = no ] || "${root[@]}" rm -rf "$folder"
    [ ! -d "$folder" ] || return 0
    "${root[@]}" true || skip "making a Debian folder needs root"
    command -v debootstrap >/dev/null || PATH=$PATH:/usr/sbin
    command -v debootstrap >/dev/null || skip "debootstrap is not installed"
    uri=$(mirror 2>/dev/null)
    [ -n "$uri" ] || skip "apt names no mirror of Debian"
    "${root[@]}" rm -rf "$folder.new"
    "${root[@]}" debootstrap --variant=minbase --keyring="$keys" "$1" "$folder.new" "$uri" \
        >"$cache/$1-bootstrap.log" 2>&1 ||
        skip "debootstrap of $1 failed: $(tail -n 1 "$cache/$1-bootstrap.log")"
    # A mirror may be behind, or a frozen one; nothing here is to be kept safe.
    echo 'Acquire::Check-Valid-Until "false";' |
        "${root[@]}" tee "$folder.new/etc/apt/apt.conf.d/tcp-conn" >/dev/null
    "${root[@]}" mv "$folder.new" "$folder"
}

# files: prints the module as a tar archive.
files() {
    cd "$module" || return
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -z --cached --others --exclude-standard |
            tar -c --null --files-from=- --ignore-failed-read
    else
        tar -c --exclude='./build*' --exclude=./.git .
    fi
}

# test_release <release>: a namespace of its own, in which the release's folder is completed, and
# utils/test-installed.sh run in it.
test_release() {
    bootstrap "$1"
    local folder=$cache/$1
    "${root[@]}" mkdir -p "$cache/ccache-$1" "$folder/ccache"
    "${root[@]}" cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
    files | "${root[@]}" unshare --mount --pid --fork --kill-child bash -c '
        set -e
        folder=$1 ccache=$2 what=$3 proxy=$4
        mount --bind "$folder" "$folder" # ip-netns wants / to be a mount
        cd "$folder"
        mount -t proc proc "$folder/proc"
        mount --rbind /dev "$folder/dev"
        mount --rbind /sys "$folder/sys"
        mount --bind "$ccache" "$folder/ccache"
        rm -rf "$folder/src/tcp-conn"
        mkdir -p "$folder/src/tcp-conn"
        tar -x --no-same-owner -C "$folder/src/tcp-conn"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 http_proxy="$proxy" \
            CCACHE_DIR=/ccache CCACHE_SLOPPINESS=include_file_ctime,include_file_mtime \
            DEBIAN_FRONTEND=noninteractive \
            chroot "$folder" /src/tcp-conn/utils/test-installed.sh "$what"
        ' - "$folder" "$cache/ccache-$1" $what "${http_proxy:-}"
}

# test_version <version>: in a subshell.
test_version() {
    case $1 in
    bookworm | trixie | unstable) test_release "$1" ;;
    3.37) "$module/utils/test-in-tree.sh" ;;
    newest) skip "TCP_CONN_NS3_TREE names no source tree of a newer ns-3" ;;
    *) "$module/utils/test-in-tree.sh" "$1" ;;
    esac
}

# name <version>: what the table calls it.
name() {
    case $1 in
    bookworm | trixie | unstable) echo "Debian $1" ;;
    3.37 | newest) echo "contrib/ of $1" ;;
    *) echo "contrib/ of $(cat "$1/VERSION")" ;;
    esac
}

for version in "${versions[@]}"; do
    title=$(name "$version")
    log=$cache/$(basename "$version").log
    begin=$SECONDS
    echo "=== $title"
    (test_version "$version") </dev/null 2>&1 |
        sed -u -E "s#^(skipped|FAILED): #&$title: #" | tee "$log"
    status=$?
    last=$(tail -n 1 "$log")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
        skipped=$((skipped + BASH_REMATCH[3]))
        result=passed
        [ "$status" = 0 ] || result=failed
        [ "$status" != 77 ] || result=skipped
        [ "$status" = 0 ] || [ "$status" = 77 ] || [ "${BASH_REMATCH[2]}" != 0 ] ||
            failed=$((failed + 1))
    else
        failed=$((failed + 1)) result=failed last="exit code $status"
        echo "FAILED: $title: exit code $status; $log has what it said"
    fi
    with=$(sed -n 's/^with: //p' "$log" | tail -n 1)
    table+=("$(printf '%-22s %-40s %5d s  %-7s  %s' "$title" "$with" \
        $((SECONDS - begin)) $result "$last")")
done

echo "==="
printf '%s\n' "${table[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed != 0 ]
