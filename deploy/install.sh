#!/bin/sh
# Lays out what a container (or a package) needs below $DESTDIR: programs, migrations, topic declarations.
set -eu
cd "$(dirname "$0")/.."
root=${DESTDIR:?where to?}
mkdir -p "$root/usr/bin" "$root/usr/share/voltlane"
for program in gateway worker api admin sim; do
    install -m 755 "build/release/bin/voltlane-$program" "$root/usr/bin/"
done
install -m 755 deploy/entrypoint.sh "$root/usr/bin/voltlane-entrypoint"
cp -r sql topics templates "$root/usr/share/voltlane/"
