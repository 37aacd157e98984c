#!/bin/sh
# Builds PgBouncer 1.24.1 from Debian's pool into a folder, without root: Debian 12 itself has 1.18, which does not track
# prepared statements. Needs curl, tar, gcc, make, pkg-config, and libevent's headers (libevent-dev, or apt-get to
# download them). Then: npm run attack -- --pooler <folder>/pgbouncer
set -eu
[ $# -eq 1 ] || { echo "Usage: sh tools/pooler/build-pgbouncer.sh <folder>" >&2; exit 1; }
VERSION=1.24.1
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
mkdir -p "$1"
cd "$1"
curl -fsS -o pgbouncer.tar.gz "$MIRROR/pool/main/p/pgbouncer/pgbouncer_$VERSION.orig.tar.gz"
tar -xzf pgbouncer.tar.gz
if ! pkg-config --exists libevent; then
  apt-get download libevent-dev
  dpkg -x libevent-dev_*.deb libevent
  root="$PWD/libevent/usr"
  library=$(find "$root/lib" -name libevent.a)
  LIBEVENT_CFLAGS="-I$root/include -I$root/include/$(gcc -dumpmachine)"
  LIBEVENT_LIBS="$library"
  export LIBEVENT_CFLAGS LIBEVENT_LIBS
fi
cd "pgbouncer-$VERSION"
./configure --without-cares --without-openssl >configure.log
make pgbouncer >make.log 2>&1
cp pgbouncer ..
../pgbouncer --version
