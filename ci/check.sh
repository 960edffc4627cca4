#!/usr/bin/env bash
# Runs fpmlint for the GitHub action.
#
# In: FPMLINT_PATHS and FPMLINT_ARGUMENTS, one a line; FPMLINT_ANNOTATIONS and FPMLINT_FAIL, true or false;
# FPMLINT_SARIF_FILE. Out: annotations and the job's summary, the SARIF file, and outputs of the step.
set -euo pipefail

# Lines of a text that are not empty, as an array.
lines() {
    local -n into=$1
    into=()
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        if [ -n "$line" ]; then
            into+=("$line")
        fi
    done <<<"$2"
}

lines arguments "${FPMLINT_ARGUMENTS:-}"
lines paths "${FPMLINT_PATHS:-}"

format=concise
if [ "${FPMLINT_ANNOTATIONS:-true}" = true ]; then
    format=github
fi

check() {
    fpmlint check "${arguments[@]}" "$@" -- "${paths[@]}"
}

code=0
check --format "$format" || code=$?

if [ -n "${FPMLINT_SARIF_FILE:-}" ]; then
    # The first run has told what was wrong; its exit code counts.
    check --quiet --format sarif --output-file "$FPMLINT_SARIF_FILE" || true
    echo "sarif-file=$FPMLINT_SARIF_FILE" >>"${GITHUB_OUTPUT:-/dev/null}"
fi

echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
if [ "$code" = 1 ] && [ "${FPMLINT_FAIL:-true}" != true ]; then
    exit 0
fi
exit "$code"
