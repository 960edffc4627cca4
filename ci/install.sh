#!/usr/bin/env bash
# Installs fpmlint for the GitHub action.
#
# In: FPMLINT_INSTALL (auto, cargo, wheel), FPMLINT_SOURCE (a copy of this repository). Out: fpmlint on the PATH of
# the steps that follow.
set -euo pipefail

method=${FPMLINT_INSTALL:-auto}
if [ "$method" = auto ]; then
    if command -v fpmlint >/dev/null; then
        fpmlint --version
        exit 0
    fi
    method=wheel
    if command -v cargo >/dev/null; then
        method=cargo
    fi
fi

case $method in
cargo)
    cargo install --locked --path "$FPMLINT_SOURCE"
    echo "${CARGO_HOME:-$HOME/.cargo}/bin" >>"${GITHUB_PATH:-/dev/null}"
    ;;
wheel)
    # The Python of Debian and its relatives takes packages into environments only.
    environment="${RUNNER_TEMP:-${TMPDIR:-/tmp}}/fpmlint"
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install "$FPMLINT_SOURCE"
    echo "$environment/bin" >>"${GITHUB_PATH:-/dev/null}"
    ;;
*)
    echo "::error title=fpmlint::install is auto, cargo or wheel"
    exit 2
    ;;
esac
