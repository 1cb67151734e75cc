#!/bin/sh
# Makes .venv from the hash-pinned locks beside this file, with nothing but sh and Python.
# PYTHON=/path/to/python chooses the Python. A second call finds everything done.
set -eu
cd "$(dirname "$0")/.."
say() { echo "setup: $*"; }
fail() { say "$*" >&2; exit 1; }

# Two at once (say `make run` and `make test`) would build the same folder.
exec 9<requirements/install.sh
flock -n 9 || { say "waiting for another setup of this checkout …"; flock 9; }

# What .venv was made from. Another path or Python, or none that runs, gives another stamp.
stamp() {
    { pwd -P; .venv/bin/python -VV; cat requirements/*.txt; } 2>/dev/null | sha256sum
}

# Prints the Debian packages that are missing here.
missing() {
    command -v make >/dev/null || echo make
    [ -n "$python" ] || { echo python3 python3-venv; return; }
    "$python" - <<'EOF'
import ctypes, os, platform, shutil, sys
try:
    import ensurepip, venv
except ImportError:
    print("python%d.%d-venv" % sys.version_info[:2])
for library, package in (
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
):
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
found = {name for top in ("/usr/share/fonts", "/usr/local/share/fonts")
         for _, _, names in os.walk(top) for name in names}
for font, package in (  # as in courseapp/certificate_document/fonts.py
    ("EBGaramond12-Regular.otf", "fonts-ebgaramond"),
    ("NotoSerif-Regular.ttf", "fonts-noto-core"),
    ("NotoSerifCJK-Regular.ttc", "fonts-noto-cjk"),
    ("Symbola_hint.ttf", "fonts-symbola"),
):
    if font not in found:
        print(package)
# Load tests go through it. It is where only root's PATH leads.
if not shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin"):
    print("haproxy")
embedded_redis = sys.version_info < (3, 13) and platform.machine() == "x86_64"
if not (embedded_redis or shutil.which("redis-server") or os.environ.get("REDIS_URL")):
    print("redis-server")
EOF
}

# A name on PATH proves nothing: it may be too old, or a shim that only says so.
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    python=
    if [ -n "${PYTHON:-}" ]; then
        usable "$PYTHON" || fail "PYTHON=$PYTHON does not run, or is older than Python 3.11."
        python=$PYTHON
        return
    fi
    for name in python3.12 python3.11 python3 python3.13 python3.14; do
        usable "$name" || continue
        python=${python:-$name}
        "$name" -c 'import ensurepip, venv' 2>/dev/null && python=$name && return
    done
}

done_already() {
    [ "$(cat .venv/stamp 2>/dev/null)" = "$(stamp)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$("$PYTHON" -VV 2>&1)" = "$(.venv/bin/python -VV)" ]
}

python=.venv/bin/python
done_already && [ -z "$(missing)" ] && exit

find_python
packages=$(missing | tr '\n' ' ')
if [ -n "$packages" ]; then
    install="apt-get install --yes --no-install-recommends $packages"
    say "this machine lacks: $packages"
    command -v apt-get >/dev/null || fail "install them (these are their names on Debian)."
    [ "$(id -u)" = 0 ] || fail "install them with: sudo $install"
    say "installing them: $install"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    $install -qq >/dev/null
    find_python
    packages=$(missing | tr '\n' ' ')
    [ -z "$packages" ] || fail "still missing: $packages. courseapp needs Python 3.11 or newer."
fi
done_already && exit

say "making .venv with $("$python" -V), which takes about half a minute the first time …"
[ -w "${HOME:-}" ] || export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
# uv trusts its own list unless told; the system's may have a company's proxy in it.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=true
rm -rf .venv
"$python" -m venv .venv
export TMPDIR="$PWD/.venv"  # uv leaves lock files there
python=.venv/bin/python
pip="$python -m pip --disable-pip-version-check install --quiet"
uv="$python -m uv pip install --quiet --python $python --compile-bytecode"
$pip --require-hashes -r requirements/uv.txt
# pip knows mirrors from its own configuration, which uv does not read.
if $uv --require-hashes -r requirements/development.txt; then
    $uv --no-deps --no-build-isolation -e .
else
    say "uv could not install the packages; trying pip, which takes a minute or two …"
    $pip --require-hashes -r requirements/development.txt
    $pip --no-deps --no-build-isolation -e .
fi
stamp >.venv/stamp
say "done."
